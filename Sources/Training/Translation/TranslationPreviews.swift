// Previews of a generator that learns.
import Networks
import PluginKit

/// Pictures of A, translated at the size that is learnt from: what a net has learnt of small pictures says little about large ones.
final class TranslationPreviews: Previews {
  let gallery: Gallery
  private let pictures: [Picture]
  private let painter: Painter

  init(
    _ host: TrainingHost, _ generator: ResNetGenerator, _ settings: TranslationSettings, _ list: ContentList,
    _ voice: TrainingVoice
  ) throws(TrainingError) {
    let size = settings.run.cut.size
    painter = try TrainingError.ofNetwork { () throws(PluginError) in
      try Painter(host, pictures: 1, size: size) { g, pictures in
        g.unsigned(generator(g.signed(pictures[0]), in: g))
      }
    }
    pictures = Gallery.pictures(settings.previews, of: list, size: size, voice)
    gallery = Gallery(heads: [try Gallery.Head("pictures of A", "a picture", pictures)], columns: pictures.count)
  }

  func paint(_ numbers: LearntNumbers, into state: inout TrainingState) throws(TrainingError) {
    painter.use(numbers)
    try gallery.paint(into: &state) { (column) throws(TrainingError) in
      try TrainingError.ofNetwork { () throws(PluginError) in try painter.paint([pictures[column]]) }
    }
  }
}
