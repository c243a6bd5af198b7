// Previews of a generator that learns to translate.
import Networks
import PluginKit

/// Pictures and their translations at the size that is learnt from: what a network has learnt of small pictures says little about large ones.
final class PicturePreviews: Previews {
  let gallery: Gallery
  private let pictures: [Picture]
  private let painter: Painter
  /// Pixels that are shown for one, along a side.
  private let scale: Int

  /// Small pictures are shown with sides of about so many pixels.
  private static let shown = 160

  /// - Parameters:
  ///   - title: of the row of pictures.
  ///   - translate: makes a picture of another, [3, size, size] of -1...1 both.
  init(
    _ host: TrainingHost, _ title: String, _ pictures: [Picture], size: Int,
    _ translate: (borrowing GraphBuilder, Value) -> Value
  ) throws(TrainingError) {
    painter = try TrainingError.ofNetwork { () throws(PluginError) in
      try Painter(host, pictures: 1, size: size) { g, pictures in g.unsigned(translate(g, g.signed(pictures[0]))) }
    }
    let scale = max(1, Self.shown / size)
    gallery = Gallery(
      heads: [try Gallery.Head(title, "a picture", pictures.map { $0.enlarged(scale) })], columns: pictures.count)
    (self.scale, self.pictures) = (scale, pictures)
  }

  func paint(_ numbers: LearntNumbers, into state: inout TrainingState) throws(TrainingError) {
    painter.use(numbers)
    try gallery.paint(into: &state) { (column) throws(TrainingError) in
      try TrainingError.ofNetwork { () throws(PluginError) in try painter.paint([pictures[column]]).enlarged(scale) }
    }
  }
}

extension Picture {
  /// Each pixel as a square of `scale` by `scale`.
  func enlarged(_ scale: Int) -> Picture {
    guard scale > 1 else { return self }
    var large = Picture(height: height * scale, width: width * scale)
    for channel in 0..<3 {
      for y in 0..<large.height {
        let (from, to) = ((channel * height + y / scale) * width, (channel * large.height + y) * large.width)
        for x in 0..<large.width { large.numbers[to + x] = numbers[from + x / scale] }
      }
    }
    return large
  }
}
