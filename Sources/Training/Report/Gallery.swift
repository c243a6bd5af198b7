// The pictures by which people see how a training goes.
import Weights

/// A few pictures that are made at every checkpoint, side by side, below what they are made of.
struct Gallery {
  /// What stands above the previews: a row of pictures, with gaps.
  struct Head {
    /// "photos"
    let title: String
    /// What each of them is: "a photo".
    let words: String
    /// JPEG files.
    let pictures: [[UInt8]?]

    init(_ title: String, _ words: String, _ pictures: [Picture?]) throws(TrainingError) {
      (self.title, self.words) = (title, words)
      var files: [[UInt8]?] = []
      for picture in pictures {
        guard let picture else {
          files.append(nil)
          continue
        }
        files.append(try picture.encoded(as: "jpg"))
      }
      self.pictures = files
    }
  }

  let heads: [Head]
  /// Previews of a checkpoint.
  let columns: Int

  /// How many are shown at least, how large they are, and how many checkpoints of them are kept.
  static let (count, size, mostRows) = (3, 256, 10)

  /// Pictures for previews, cut to squares: those that were asked for, or some of a list. Those that cannot be read are left out.
  static func pictures(
    _ wanted: [String], of list: ContentList, size: Int = Self.size, _ voice: TrainingVoice
  ) -> [Picture] {
    let shownOfList = min(count, list.places.count)
    let places =
      wanted.isEmpty
      ? (0..<shownOfList).map { list.places[$0 * list.places.count / shownOfList] }
      : wanted.map { ContentPlace(path: $0, seconds: nil) }
    return places.compactMap { place in
      var draws = SplitMix64(seed: 0)
      if let picture = try? PictureLoader.load(place, PictureCut(size: size), &draws) { return picture }
      if !wanted.isEmpty { voice.warn("\(place) cannot be read; there is no preview of it") }
      return nil
    }
  }

  /// Adds a row of previews to the state, and thins out the rows where they are many.
  /// - Parameter paint: makes the picture of a column.
  func paint(
    into state: inout TrainingState, _ paint: (Int) throws(TrainingError) -> Picture
  ) throws(TrainingError) {
    state.previews.removeAll { $0.step == state.step }
    for number in 0..<columns {
      state.previews.append(
        TrainingState.Preview(step: state.step, number: number, jpeg: try paint(number).encoded(as: "jpg")))
    }
    let steps = Set(state.previews.map(\.step)).sorted()
    guard steps.count > Self.mostRows else { return }
    // Every second one goes, but for the first and the last: early changes are the large ones.
    let kept = Set(
      steps.enumerated().filter { $0.offset < 2 || $0.offset.isMultiple(of: 2) }.map(\.element) + [state.step])
    state.previews.removeAll { !kept.contains($0.step) }
  }
}
