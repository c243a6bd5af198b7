// Previews of a translation in many styles.
import Networks
import PluginKit

extension PairPreviews {
  /// Pictures of A as pictures of B, each in the style of one of those.
  convenience init(
    _ host: TrainingHost, _ network: MUNIT, _ settings: MUNITSettings, _ lists: [ContentList], _ voice: TrainingVoice
  ) throws(TrainingError) {
    let size = settings.run.cut.size
    let pictures = Gallery.pictures(settings.previews, of: lists[0], size: size, voice)
    let styles = Gallery.pictures(settings.previewStyles, of: lists[1], size: size, voice)
    try self.init(
      host, Row(title: "pictures of A", words: "a picture of A", pictures: pictures),
      styles: Row(title: "pictures of B", words: "a picture of B", pictures: styles), size: size
    ) { g, picture, style in
      let image = g.signed(picture)
      let content = network.content(image, .a2b, in: g)
      let code = network.code(of: g.signed(style), .a2b, in: g)
      return g.unsigned(network.picture(content, code: code, like: image, .a2b, in: g))
    }
  }
}
