// Numbers and single pixels that a network joins with a picture: labels, and what is the mean of all of it.
import PluginKit

extension ONNXWalk {
  /// The steps of a Concat along channels where one input is a picture and others are the same at each of its pixels, constants
  /// or maps of one pixel repeated; nil where there are none of those.
  mutating func spread(_ call: ONNXCall) throws(PluginError) -> [Int]? {
    guard [1, -3].contains(call.integer("axis", 1)) else { return nil }
    let isSpread = call.inputs.map { input in
      if case .map(let map) = input { Self.isRepeated(map) } else { input != nil }
    }
    guard let place = isSpread.firstIndex(of: false), isSpread.contains(true) else { return nil }
    let x = try picture(call, place)
    let size = program.size(x)
    // The size of the pixels that are joined, or what it was at the file's own size.
    var extents = [[size.height, size.width]]
    if case .map(let old) = original?.inputs[call.number]?[place] { extents.append(Array(old.view.shape.suffix(2))) }
    var steps: [Int] = []
    for (i, input) in call.inputs.enumerated() {
      switch input {
      case .known(let tensor):
        let numbers = try perChannel(tensor, extents, call)
        steps.append(
          change { $0.matrix($0.channels(x, [0]), Array(repeating: [0], count: numbers.count), plus: numbers) })
      case .map(let map) where isSpread[i]:
        guard extents.contains(Array(map.view.shape.suffix(2))) else {
          throw call.misfit("its input \(WeightSet.text(map.view.shape)) is not of the picture's size")
        }
        let resize = Resize(.nearest(.floor), .asymmetric, height: size.height, width: size.width)
        steps.append(change { $0.resize(map.step, resize) })
      default: steps.append(try picture(call, i))
      }
    }
    return steps
  }

  /// A map of one pixel, seen as [1][c][h][w] with that pixel repeated.
  private static func isRepeated(_ map: ONNXMap) -> Bool {
    let (view, axes) = (map.view, map.view.axes)
    guard view.size.height == 1, view.size.width == 1, axes.count == 4, axes[0].isEmpty,
      ONNXView.count(axes[1]) == view.size.channels, !axes[1].contains(where: { $0.axis == .copies })
    else { return false }
    let pixels = axes[2] + axes[3]
    return !pixels.isEmpty && pixels.allSatisfy { $0.axis == .copies }
  }

  /// The numbers per channel of a constant [1][c][h][w]. Throws where they differ from pixel to pixel.
  private func perChannel(
    _ tensor: ONNXTensor, _ extents: [[Int]], _ call: ONNXCall
  ) throws(PluginError) -> [Float] {
    let shape = tensor.shape
    guard shape.count == 4, shape[0] == 1, shape[1] >= 1, extents.contains(Array(shape.suffix(2))) else {
      throw call.misfit("its constant \(WeightSet.text(shape)) is not of the picture's size")
    }
    let view = ONNXView(ONNXSize(channels: shape[1], height: shape[2], width: shape[3]))
    guard let numbers = view.perChannel(tensor.floats, shape) else {
      throw call.failure("its constant \(WeightSet.text(shape)) differs from pixel to pixel")
    }
    return numbers
  }
}
