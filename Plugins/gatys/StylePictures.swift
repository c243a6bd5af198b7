// The pictures whose style is taken, and what a VGG sees in them at a size.
import Networks
import PluginKit

/// Style pictures, kept as they came.
final class StylePictures {
  private let host: PluginHost
  private let pictures: [KeptImage]
  private let shares: StyleShares
  private let scale: Double

  /// Copies pictures of 0...1. Throws `badParameter` where there are none, or shares do not fit them.
  init(host: PluginHost, _ pictures: [Image], shares: String, scale: Double) throws(PluginError) {
    guard !pictures.isEmpty else {
      throw PluginError(.badParameter, "cannot start without a style: give a picture as style=FILE")
    }
    self.shares = try StyleShares(shares, styles: pictures.count)
    var kept: [KeptImage] = []
    for picture in pictures {
      let copy = try KeptImage(host: host, channels: 3, height: picture.height, width: picture.width)
      copy.resample(picture, gain: 255)
      kept.append(copy)
    }
    (self.host, self.pictures, self.scale) = (host, kept, scale)
  }

  /// The Gram matrices that all pictures together make, for frames of a size: those of each picture with its longer side `scale` times the
  /// frame's, by shares. One style layer after the other.
  func grams(
    _ objective: PerceptualObjective, _ measure: PictureMeasure, height: Int, width: Int
  ) throws(PluginError) -> [KeptImage] {
    var blend: [KeptImage] = []
    for shape in objective.shapes(.style, height: height, width: width) {
      blend.append(try KeptImage(host: host, channels: shape.channels, height: shape.height, width: shape.width))
    }
    for (picture, share) in zip(pictures, shares.values) {
      let image = picture.image
      let wanted = Double(max(height, width)) * scale / Double(max(image.height, image.width))
      let factor = min(1, wanted)
      let side = objective.smallestSide
      let size = [image.height, image.width].map { max(side, Int((Double($0) * factor).rounded())) }
      let scaled = try KeptImage(host: host, channels: 3, height: size[0], width: size[1])
      scaled.resample(image)
      let prepared = try measure.prepared(height: size[0], width: size[1])
      try withExtendedLifetime(scaled) { () throws(PluginError) in try prepared.measure(scaled.image) }
      for (sum, gram) in zip(blend, prepared.results) { sum.add(gram.image, share: share) }
    }
    return blend
  }
}
