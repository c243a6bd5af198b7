// What a network of Torch7 does to sizes, and what it costs.
import PluginKit

/// Follows the size of a picture from module to module.
struct Torch7Measure {
  /// Pixels of the value for each pixel of the picture, and the smallest that share has been.
  private(set) var share = 1.0, smallest = 1.0
  /// Pixels of the picture that are lost on each side, less those added.
  private(set) var margin = 0.0
  /// Multiplications for each pixel of the picture.
  private(set) var multiplyAdds = 0.0

  /// Sizes that a picture can have: no module made it a thousand times smaller or larger, or lost more than is ever there.
  var isPossible: Bool { smallest >= 1e-6 && share <= 1e6 && margin.magnitude < 100_000 }

  /// Goes through a module. Branches end alike, or they could not be added: the last one tells.
  mutating func pass(_ layer: Torch7Layer) {
    switch layer {
    case .sequence(let layers): for layer in layers { pass(layer) }
    case .branches(let layers):
      let (share, margin) = (share, margin)
      for layer in layers {
        (self.share, self.margin) = (share, margin)
        pass(layer)
      }
    case .pad(let borders, _): lose(-borders.top - borders.bottom)
    case .convolution(let layer):
      // Of h rows, a multiple of the stride, (h + 2 padding - kernel) / stride + 1 are left, rounded down.
      let (padding, kernel, stride) = (layer.padding.height, layer.weight.shape[2], layer.stride.height)
      lose((kernel - 2 * padding + stride - 1) / stride * stride - stride)
      share /= Double(layer.stride.height * layer.stride.width)
      multiplyAdds += share * Double(layer.weight.shape.reduce(1, *))
    case .transposed(let layer):
      multiplyAdds += share * Double(layer.weight.shape.reduce(1, *))
      share *= Double(layer.stride.height * layer.stride.width)
      lose(layer.stride.height - layer.weight.shape[2] + 2 * layer.padding.height - layer.more.height)
    case .nearest(let factor): share *= Double(factor * factor)
    case .pool(let pool):
      lose(-pool.padding.top - pool.padding.bottom)
      share /= Double(pool.stride.height * pool.stride.width)
    case .sum, .idle, .instanceNorm, .affine, .relu, .tanh, .activate: break
    }
    smallest = min(smallest, share)
  }

  /// So many rows are lost on both sides together, at the size the value has here.
  private mutating func lose(_ rows: Int) { margin += Double(rows) / 2 / share.squareRoot() }
}
