// What a Johnson net costs, and how it is described to a person.
import PluginKit

extension JohnsonTransformer {
  /// Multiplications of one pixel of the picture: each layer's own, times its share of the full size.
  public var multiplyAddsPerPixel: Double {
    let full = conv1.multiplyAddsPerOutput + deconv2.multiplyAddsPerOutput + deconv3.multiplyAddsPerOutput
    let half = conv2.multiplyAddsPerOutput + deconv1.multiplyAddsPerOutput
    let quarter = conv3.multiplyAddsPerOutput + res.reduce(0) { $0 + $1.multiplyAddsPerOutput }
    return full + half / 4 + quarter / 16
  }

  /// Network, width and pixel values in words.
  public var info: ModelInfo {
    var info = Self.info(width: width).of(styles: styleCount)
    info.multiplyAddsPerPixel = multiplyAddsPerPixel
    return info
  }

  static func info(width: Int) -> ModelInfo {
    ModelInfo(
      architecture: "Johnson transformer net (pytorch/examples), width \(width)", pixels: "RGB 0...255 in and out",
      width: width)
  }
}
