// Pictures that were made earlier, so that a discriminator does not forget what it has seen.
import PluginKit
import Weights

/// The history of generated pictures (Shrivastava et al., CVPR 2017), as CycleGAN has it: once the pool is full, half of the new pictures are
/// shown as they are, and half take the place of an older one, which is shown in their stead.
struct PicturePool {
  /// What its tensors are called in a state.
  private let name: String
  private let capacity: Int
  private var pictures: [TrainedTensor] = []

  /// Takes what a state remembers of it; pictures of another size, which the training had before, are forgotten.
  init(_ name: String, capacity: Int = 50, size: Int, from memory: [TrainedTensor]) {
    (self.name, self.capacity) = (name, capacity)
    pictures = memory.filter { $0.name.hasPrefix("\(name).") && $0.shape == [3, size, size] }
    for i in pictures.indices { pictures[i].name = "\(name).\(i)" }
  }

  /// For a state.
  var memory: [TrainedTensor] { pictures }

  /// Exchanges a new picture for the one that is shown; a seed and a number decide which.
  mutating func exchange(_ picture: KeptImage, seed: UInt64, number: Int) {
    let image = picture.image
    let numbers = (0..<image.channels).flatMap { plane in
      (0..<image.height).flatMap { Array(image.row($0, plane: plane)) }
    }
    guard pictures.count >= capacity else {
      pictures.append(
        TrainedTensor(
          name: "\(name).\(pictures.count)", shape: [image.channels, image.height, image.width], floats: numbers))
      return
    }
    var draws = SplitMix64(seed: seed, name: "\(name) \(number)")
    guard draws.fraction() < 0.5 else { return }
    let old = draws.below(pictures.count)
    var place = 0
    for plane in 0..<image.channels {
      for y in 0..<image.height {
        let row = picture.target.row(y, plane: plane)
        for x in row.indices { row[x] = pictures[old].floats[place + x] }
        place += row.count
      }
    }
    pictures[old].floats = numbers
  }
}
