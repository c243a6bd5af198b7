// Previews of a network that learns styles.
import Networks
import PluginKit

/// Photos in the one style, or one photo or another in each of several.
final class StylePreviews {
  let gallery: Gallery
  /// What is shown side by side: a photo, and a style as they are counted.
  private let columns: [(photo: Int, style: Int)]
  private let pictures: [Picture]
  private let painter: Painter

  /// How many styles are shown at most.
  private static let mostStyles = 6

  init(
    _ host: TrainingHost, _ network: JohnsonNetwork, _ list: ContentList, _ settings: JohnsonSettings,
    _ voice: TrainingVoice
  ) throws(TrainingError) {
    painter = try TrainingError.ofNetwork { () throws(PluginError) in
      try Painter(host, pictures: 1, size: Gallery.size) { network($1[0], in: $0) }
    }
    let pictures = Gallery.pictures(settings.previews, of: list, voice)
    let shown = settings.styles.prefix(Self.mostStyles)
    let columns =
      pictures.isEmpty ? [] : (0..<max(pictures.count, shown.count)).map { ($0 % pictures.count, $0 % shown.count) }
    var styles: [Picture] = []
    for path in shown { styles.append(try PictureLoader.load(path: path, longerSide: Gallery.size)) }
    let isOne = styles.count == 1
    let above = columns.enumerated().map { isOne && $0.offset > 0 ? nil : styles[$0.element.1] }
    gallery = Gallery(
      heads: [
        try Gallery.Head(isOne ? "style" : "styles", "the style", above),
        try Gallery.Head("photos", "a photo", columns.map { pictures[$0.0] }),
      ], columns: columns.count)
    (self.pictures, self.columns) = (pictures, columns)
  }

  /// Adds a row with these numbers to the state.
  /// - Parameter learnt: rows of the styles in the network.
  func paint(_ numbers: LearntNumbers, _ learnt: Range<Int>, into state: inout TrainingState) throws(TrainingError) {
    try gallery.paint(into: &state) { (column) throws(TrainingError) in
      let (photo, style) = columns[column]
      painter.use(numbers, style: learnt.lowerBound + style)
      return try TrainingError.ofNetwork { () throws(PluginError) in try painter.paint([pictures[photo]]) }
    }
  }
}
