// The pictures by which people see how a training goes.
import Networks
import PluginKit
import Weights

/// A few pictures that are painted at every checkpoint: photos in the one style, or one photo or another in each of several.
final class Gallery {
  /// What is painted, and the pictures whose styles are learnt: JPEG files.
  let originals: [[UInt8]], styles: [[UInt8]]
  /// What is shown side by side: a photo, and a style as they are counted in `styles`.
  let columns: [(photo: Int, style: Int)]
  private let pictures: [Picture]
  private let painter: Painter

  /// How many are shown at least, how many styles at most, how large they are, and how many checkpoints of them are kept.
  private static let (count, mostStyles, size, mostRows) = (3, 6, 256, 10)

  init(
    _ host: TrainingHost, _ network: JohnsonNetwork, _ list: ContentList, _ settings: JohnsonSettings,
    _ voice: TrainingVoice
  ) throws(TrainingError) {
    painter = try TrainingError.ofNetwork { () throws(PluginError) in
      try Painter(host, network, height: Self.size, width: Self.size)
    }
    let shownOfList = min(Self.count, list.places.count)
    let places =
      settings.previews.isEmpty
      ? (0..<shownOfList).map { list.places[$0 * list.places.count / shownOfList] }
      : settings.previews.map { ContentPlace(path: $0, seconds: nil) }
    var pictures: [Picture] = []
    for place in places {
      var draws = SplitMix64(seed: 0)
      if let picture = try? PictureLoader.load(place, PictureCut(size: Self.size), &draws) {
        pictures.append(picture)
      } else if !settings.previews.isEmpty {
        voice.warn("\(place) cannot be read; there is no preview of it")
      }
    }
    self.pictures = pictures
    let shown = settings.styles.prefix(Self.mostStyles)
    columns =
      pictures.isEmpty ? [] : (0..<max(pictures.count, shown.count)).map { ($0 % pictures.count, $0 % shown.count) }
    var files: [[UInt8]] = []
    for picture in pictures { files.append(try picture.encoded(as: "jpg")) }
    originals = files
    files = []
    for path in shown { files.append(try PictureLoader.load(path: path, longerSide: Self.size).encoded(as: "jpg")) }
    styles = files
  }

  /// Adds a row of previews with these numbers to the state, and thins out the rows where they are many.
  /// - Parameter learnt: rows of the styles in the network.
  func paint(_ numbers: LearntNumbers, _ learnt: Range<Int>, into state: inout TrainingState) throws(TrainingError) {
    state.previews.removeAll { $0.step == state.step }
    for (number, column) in columns.enumerated() {
      painter.use(numbers, style: learnt.lowerBound + column.style)
      let painted = try TrainingError.ofNetwork { () throws(PluginError) in
        try painter.paint(pictures[column.photo])
      }
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
