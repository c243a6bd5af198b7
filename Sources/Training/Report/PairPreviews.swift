// Previews of a network that takes the style of any picture.
import Networks
import PluginKit

/// Pictures, each in the style of another.
final class PairPreviews: Previews {
  /// One of the two rows that previews are made of.
  struct Row {
    /// What stands above it, and what each of its pictures is: "photos", "a photo".
    let title: String, words: String
    let pictures: [Picture]
  }

  let gallery: Gallery
  private let pairs: [(content: Picture, style: Picture)]
  private let painter: Painter

  /// There are as many previews as pictures in the longer row; the shorter one begins again.
  /// - Parameters:
  ///   - size: of a side of all pictures.
  ///   - build: makes a value [3, size, size] of a content and a style of this shape, R G B of 0...255 all.
  init(
    _ host: TrainingHost, _ content: Row, styles: Row, size: Int = Gallery.size,
    _ build: (borrowing GraphBuilder, Value, Value) -> Value
  ) throws(TrainingError) {
    painter = try TrainingError.ofNetwork { () throws(PluginError) in
      try Painter(host, pictures: 2, size: size) { g, pictures in build(g, pictures[0], pictures[1]) }
    }
    let (left, right) = (content.pictures, styles.pictures)
    let pairs =
      left.isEmpty || right.isEmpty
      ? []
      : (0..<max(left.count, right.count)).map { (content: left[$0 % left.count], style: right[$0 % right.count]) }
    gallery = Gallery(
      heads: [
        try Gallery.Head(styles.title, styles.words, pairs.map(\.style)),
        try Gallery.Head(content.title, content.words, pairs.map(\.content)),
      ], columns: pairs.count)
    self.pairs = pairs
  }

  func paint(_ numbers: LearntNumbers, into state: inout TrainingState) throws(TrainingError) {
    painter.use(numbers)
    try gallery.paint(into: &state) { (column) throws(TrainingError) in
      try TrainingError.ofNetwork { () throws(PluginError) in
        try painter.paint([pairs[column].content, pairs[column].style])
      }
    }
  }
}
