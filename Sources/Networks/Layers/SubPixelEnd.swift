// How a net that works at a part of the size comes back to the whole without painting grids.
import PluginKit

/// A sub-pixel convolution (Shi et al. 2016) and a mean of 2x2 neighbours, which is zero for whatever repeats every two pixels: the four
/// pixels that are made of one come from kernels of their own, and nothing keeps those alike.
struct SubPixelEnd {
  private let out: Conv2d

  /// Pixels along a side that are made of one.
  private static let factor = 2

  /// Takes `key`, 3x3 from `channels` planes to those of four pixels.
  init(_ file: inout Checkpoint, _ key: String, _ channels: Int) throws(PluginError) {
    out = try Conv2d(&file, key, (channels, 3 * Self.factor * Self.factor), kernel: 3)
  }

  /// x: [channels, h, w]. Gives [3, 2 h + 1, 2 w + 1]: the mean reaches into one row and column more, which are to be cut off.
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    let dots = g.depthToSpace(
      out(x, borders: Borders(top: 1, left: 1, bottom: 2, right: 2), in: g), factor: Self.factor)
    return g.pool2d(dots, Pool(.mean, size: 2, stride: 1))
  }

  /// Multiplications of one pixel that comes in.
  var multiplyAddsPerOutput: Double { out.multiplyAddsPerOutput }

  /// Adds the tensors of one that has learnt nothing yet.
  static func fresh(_ net: inout FreshNetwork, _ key: String, _ channels: Int) {
    net.conv2d(key, (channels, 3 * factor * factor), kernel: 3)
  }
}

extension GraphBuilder {
  /// The mean of each pixel and its neighbours at right and below, of the same size: what changes from place to place of a small map is
  /// several pixels of the picture wide, and would become a hatching of that period. The last row and column are repeated: mirrored ones
  /// would make the last two alike, and the picture there a smear.
  func smoothed(_ x: Value) -> Value {
    pool2d(
      pad2d(x, Borders(top: 0, left: 0, bottom: 1, right: 1), .replicate), Pool(.mean, size: 2, stride: 1))
  }
}
