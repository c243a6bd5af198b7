// What a MUNIT is, in words and numbers, and one that has learnt nothing yet.
import PluginKit

extension MUNIT {
  /// Network, width and pixel values in words; the cost is that of a picture from A to B in one style.
  public var info: ModelInfo {
    var info = Self.info(width: a.content.first.conv.outChannels, code: b.style.size)
    info.multiplyAddsPerPixel = a.content.multiplyAddsPerPixel + b.decoder.multiplyAddsPerPixel
    return info
  }

  private static func info(width: Int, code: Int) -> ModelInfo {
    ModelInfo(
      architecture: "MUNIT (NVlabs), both domains, width \(width), style code of \(code)",
      pixels: "RGB -1...1 in and out",
      width: width)
  }

  /// The tensors of a MUNIT of this width, 64 where none is given, in the published form: two reductions, four blocks, codes of
  /// eight, a perceptron of 4 * width; with names behind `prefix`.
  public static func fresh(width: Int? = nil, prefix: String = "") throws(PluginError) -> FreshNetwork {
    let width = try FreshNetwork.width(width, published: 64)
    var net = FreshNetwork(info(width: width, code: 8))
    for domain in ["a.", "b."] { net.munit(prefix + domain, width) }
    return net
  }
}

extension FreshNetwork {
  /// The generator of one domain.
  fileprivate mutating func munit(_ prefix: String, _ c: Int) {
    let (style, content, decoder) = ("\(prefix)enc_style.model", "\(prefix)enc_content.model", "\(prefix)dec.model")
    conv2d("\(style).0.conv", (3, c), kernel: 7)
    for (i, planes) in [(c, 2 * c), (2 * c, 4 * c), (4 * c, 4 * c), (4 * c, 4 * c)].enumerated() {
      conv2d("\(style).\(i + 1).conv", planes, kernel: 4)
    }
    conv2d("\(style).6", (4 * c, 8), kernel: 1)
    conv2d("\(content).0.conv", (3, c), kernel: 7)
    conv2d("\(content).1.conv", (c, 2 * c), kernel: 4)
    conv2d("\(content).2.conv", (2 * c, 4 * c), kernel: 4)
    for part in ["\(content).3", "\(decoder).0"] {
      for block in 0..<4 {
        for i in 0..<2 { conv2d("\(part).model.\(block).model.\(i).conv", (4 * c, 4 * c), kernel: 3) }
      }
    }
    for (i, planes) in [(2, (4 * c, 2 * c)), (4, (2 * c, c))] {
      conv2d("\(decoder).\(i).conv", planes, kernel: 5)
      tensors.append(Tensor("\(decoder).\(i).norm.gamma", [planes.1], .one))
      tensors.append(Tensor("\(decoder).\(i).norm.beta", [planes.1], .zero))
    }
    conv2d("\(decoder).5.conv", (c, 3), kernel: 7)
    for (i, planes) in [(8, 4 * c), (4 * c, 4 * c), (4 * c, 64 * c)].enumerated() {
      linear("\(prefix)mlp.model.\(i).fc", planes)
    }
  }
}
