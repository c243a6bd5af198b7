// Networks of the shape of Johnson et al. 2016 with random numbers.
import PluginAPI

@testable import Graph

extension TwinNetwork {
  /// The pytorch/examples transformer net: 9x9 stem, two strided convolutions, residual blocks, two enlargements, 9x9 end.
  func johnson(width: Int, blocks: Int) throws {
    let image = try input(3)
    var x = try padToMultiple(image, 4, STH_PAD_REFLECT)
    x = try layer(x, 3, width, kernel: 9, stride: 1)
    x = try layer(x, width, 2 * width, kernel: 3, stride: 2)
    x = try layer(x, 2 * width, 4 * width, kernel: 3, stride: 2)
    for _ in 0..<blocks {
      let inner = try layer(x, 4 * width, 4 * width, kernel: 3, stride: 1)
      x = try add(try layer(inner, 4 * width, 4 * width, kernel: 3, stride: 1, relu: false), x)
    }
    x = try layer(try upsample(x, 2), 4 * width, 2 * width, kernel: 3, stride: 1)
    x = try layer(try upsample(x, 2), 2 * width, width, kernel: 3, stride: 1)
    x = try conv(try pad(x, Border(4), STH_PAD_REFLECT), width, 3, 9, 9)
    try output(try clamp(try crop(x, like: image), -2, 2))
  }

  private func layer(
    _ x: sth_node, _ inChannels: Int, _ outChannels: Int, kernel: Int, stride: Int, relu isActive: Bool = true
  ) throws -> sth_node {
    let padded = try pad(x, Border(kernel / 2), STH_PAD_REFLECT)
    let y = try conv(padded, inChannels, outChannels, kernel, kernel, strideH: stride, strideW: stride)
    let normed = try norm(y, outChannels)
    return isActive ? try relu(normed) : normed
  }

  /// A net of random operators on equal shapes, so that every pair of neighbours turns up.
  func tangle(operators: Int, channels c: Int = 4) throws {
    let x = try input(c)
    var values = [x]
    for _ in 0..<operators {
      let a = values[integer(0...values.count - 1)]
      let mode = UInt32(integer(0...2))
      switch integer(0...10) {
      case 0: values.append(try relu(a))
      case 1: values.append(try norm(a, c, affine: integer(0...1) == 0, epsilon: 0.01))
      case 2: values.append(try add(a, values[integer(0...values.count - 1)]))
      case 3: values.append(try clamp(a, -1.5, 2))
      case 4: values.append(try conv(try pad(a, Border(1), mode), c, c, 3, 3))
      case 5: values.append(try crop(try upsample(a, 2), like: x))
      case 6:
        let padded = try pad(try upsample(a, 2), Border(1), mode)
        values.append(try conv(padded, c, c, 4, 4, strideH: 2, strideW: 2))
      case 7: values.append(try crop(try pad(a, Border(top: 1, left: 2, bottom: 0, right: 1), mode), like: x))
      case 8: values.append(try tanh(a))
      case 9: values.append(try maxPool(try pad(a, Border(1), mode), 3, stride: 1))
      default:
        let wide = try pad(try relu(try norm(a, c, epsilon: 0.1)), Border(2), mode)
        values.append(try conv(wide, c, c, 5, 5, bias: false))
      }
    }
    for _ in 0..<2 { try output(values[integer(values.count / 2...values.count - 1)]) }
  }
}
