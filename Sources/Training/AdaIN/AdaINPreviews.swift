// Previews of arbitrary style transfer.
import Networks
import PluginKit

extension PairPreviews {
  /// Photos, each in the style of a painting.
  convenience init(
    _ host: TrainingHost, _ network: any StyleNetwork, _ settings: AdaINSettings, _ photos: ContentList,
    _ paintings: ContentList, _ voice: TrainingVoice
  ) throws(TrainingError) {
    let photos = Gallery.pictures(settings.previews, of: photos, voice)
    let paintings = Gallery.pictures(settings.previewStyles, of: paintings, voice)
    try self.init(
      host, Row(title: "photos", words: "a photo", pictures: photos),
      styles: Row(title: "paintings", words: "a painting", pictures: paintings)
    ) { g, photo, painting in
      g.fromFractions(network.painted(g.fractions(photo), g.fractions(painting), size: Gallery.size, in: g))
    }
  }
}
