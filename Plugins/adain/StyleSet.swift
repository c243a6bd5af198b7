// The styles of an instance: their statistics, read once, or anew for each frame where the frame keeps its colours.
import Networks
import PluginKit

/// The pictures whose styles are taken.
final class StyleSet {
  /// One of each style.
  private(set) var statistics: [ChannelStatistics] = []
  private let reader: StyleReader
  private var recoloured: [RecolouredStyle] = []

  /// Reads every picture. Where colours are kept, it also keeps the pictures.
  init(host: PluginHost, network: any StyleNetwork, pictures: [Image], keepsColours: Bool) throws(PluginError) {
    reader = try StyleReader(host: host, network: network)
    for picture in pictures {
      let reduced = try KeptImage(host: host, reducing: picture, shorterSide: StyleReader.shorterSide)
      statistics.append(try reader.statistics(of: reduced))
      if keepsColours { recoloured.append(try RecolouredStyle(reduced, reader: reader)) }
    }
    if !keepsColours { reader.close() }
  }

  /// Gets ready what `follow` needs.
  func prepare() throws(PluginError) { for style in recoloured { try style.prepare() } }

  /// Drops it.
  func rest() { for style in recoloured { style.rest() } }

  /// Reads the styles anew in the colours of a frame, where colours are kept. Allocates nothing.
  func follow(_ frame: Image) throws(PluginError) {
    guard !recoloured.isEmpty else { return }
    let colours = ColourStatistics(frame)
    for i in recoloured.indices { try recoloured[i].read(in: colours, into: &statistics[i]) }
  }
}

/// A style that is given the colours of a frame before it is read.
///
/// The author does so for a picture. Frames of a video are taken each for itself too: their colours change slowly, a cut takes effect
/// at once, and a frame's result depends on that frame alone.
private final class RecolouredStyle {
  private let picture: KeptImage
  private let colours: ColourStatistics
  private let reader: StyleReader
  private var canvas: (recoloured: KeptImage, features: StyleFeatures)?

  init(_ picture: KeptImage, reader: StyleReader) throws(PluginError) {
    self.picture = picture
    self.reader = reader
    colours = ColourStatistics(picture.image)
  }

  func prepare() throws(PluginError) {
    let size = (picture.image.height, picture.image.width)
    canvas = (
      try KeptImage(host: reader.host, channels: 3, height: size.0, width: size.1),
      try reader.features(height: size.0, width: size.1)
    )
  }

  func rest() { canvas = nil }

  func read(in wanted: ColourStatistics, into statistics: inout ChannelStatistics) throws(PluginError) {
    guard let canvas else { return }
    ColourTransfer(from: colours, to: wanted).apply(picture.image, into: canvas.recoloured.target)
    statistics.read(try canvas.features.of(canvas.recoloured.image))
  }
}
