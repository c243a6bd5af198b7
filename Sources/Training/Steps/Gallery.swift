// The pictures by which people see how a training goes.
import Networks
import PluginKit
import Weights

/// A few pictures that are painted at every checkpoint.
final class Gallery {
  /// What is painted, and the picture whose style is learnt: JPEG files.
  let originals: [[UInt8]], style: [UInt8]
  private let pictures: [Picture]
  private let painter: Painter

  /// How many are shown, how large they are, and how many checkpoints of them are kept.
  private static let count = 3, size = 256, mostRows = 10

  init(
    _ host: TrainingHost, _ network: JohnsonTransformer, _ list: ContentList, _ settings: JohnsonSettings,
    _ voice: TrainingVoice
  ) throws(TrainingError) {
    painter = try TrainingError.ofNetwork { () throws(PluginError) in
      try Painter(host, network, height: Self.size, width: Self.size)
    }
    let places =
      settings.previews.isEmpty
      ? (0..<min(Self.count, list.places.count)).map { list.places[$0 * list.places.count / Self.count] }
      : settings.previews.map { ContentPlace(path: $0, seconds: nil) }
    var pictures: [Picture] = []
    var files: [[UInt8]] = []
    for place in places {
      if let picture = Self.square(place) {
        pictures.append(picture)
        files.append(try picture.encoded(as: "jpg"))
      } else if !settings.previews.isEmpty {
        voice.warn("\(place) cannot be read; there is no preview of it")
      }
    }
    (self.pictures, originals) = (pictures, files)
    style = try PictureLoader.load(path: settings.style, longerSide: Self.size).encoded(as: "jpg")
  }

  private static func square(_ place: ContentPlace) -> Picture? {
    var draws = SplitMix64(seed: 0)
    return try? PictureLoader.load(place, PictureCut(size: size), &draws)
  }

  /// Adds a row of previews with these numbers to the state, and thins out the rows where they are many.
  func paint(_ variables: [Variable], into state: inout TrainingState) throws(TrainingError) {
    painter.copy(variables)
    state.previews.removeAll { $0.step == state.step }
    for (number, picture) in pictures.enumerated() {
      let painted = try TrainingError.ofNetwork { () throws(PluginError) in try painter.paint(picture) }
      state.previews.append(
        TrainingState.Preview(step: state.step, number: number, jpeg: try painted.encoded(as: "jpg")))
    }
    let steps = Set(state.previews.map(\.step)).sorted()
    guard steps.count > Self.mostRows else { return }
    // Every second one goes, but for the first and the last: early changes are the large ones.
    let kept = Set(
      steps.enumerated().filter { $0.offset < 2 || $0.offset.isMultiple(of: 2) }.map(\.element) + [state.step])
    state.previews.removeAll { !kept.contains($0.step) }
  }
}
