// A picture from content and style.
import PluginKit

/// The decoder: residual blocks whose norms the style sets, enlargements with layer norms, 7x7, tanh; and the perceptron that makes
/// the norms' numbers out of a code.
struct MUNITDecoder {
  let perceptron: [Linear]
  let blocks: [MUNITBlock]
  let up: [(conv: MUNITConv, norm: MUNITLayerNorm)]
  let last: MUNITConv
  let planes: Int

  /// Takes `key.dec.model.0`, `.2`, `.4`, ... (between them enlargements have numbers and no tensors) and `key.mlp.model.0`, ...
  /// - Parameters:
  ///   - planes: of the content.
  ///   - code: numbers of a style's code.
  init(_ file: inout Checkpoint, prefix: String, planes: Int, code: Int) throws(PluginError) {
    let key = "\(prefix)dec.model"
    blocks = try MUNITBlock.row(&file, "\(key).0", planes)
    self.planes = planes
    var width = planes
    var up: [(conv: MUNITConv, norm: MUNITLayerNorm)] = []
    let enlargements = try file.count(upTo: MUNIT.maximumReductions) { "\(key).\(2 * $0 + 2).conv.weight" }
    for i in 0..<enlargements {
      let name = "\(key).\(2 * i + 2)"
      let conv = try MUNITConv(&file, name, &width, kernel: 5)
      up.append((conv, try MUNITLayerNorm(&file, "\(name).norm", width)))
    }
    last = try MUNITConv(&file, "\(key).\(2 * up.count + 1)", &width, kernel: 7)
    guard width == 3 else { throw file.failure("its decoder gives \(width) planes, and a picture has 3") }
    self.up = up
    perceptron = try Self.perceptron(&file, "\(prefix)mlp.model", (code, 4 * planes * blocks.count))
  }

  private static func perceptron(
    _ file: inout Checkpoint, _ key: String, _ planes: (in: Int, out: Int)
  ) throws(PluginError) -> [Linear] {
    var (layers, width): ([Linear], Int) = ([], planes.in)
    let count = try file.count(upTo: MUNIT.maximumLayers) { "\(key).\($0).fc.weight" }
    for i in 0..<max(1, count) { layers.append(try Linear(&file, "\(key).\(i).fc", &width)) }
    guard width == planes.out else {
      throw file.failure("'\(key)' gives \(width) numbers, and the norms of the decoder take \(planes.out)")
    }
    return layers
  }

  /// code: [code, 1, 1]. Gives the numbers of all norms, [4 * planes * blocks, 1, 1]: of each norm in turn the shifts of all planes,
  /// then the scales.
  func norms(_ code: Value, in g: borrowing GraphBuilder) -> Value {
    var x = code
    for (i, layer) in perceptron.enumerated() {
      x = layer(x, in: g)
      if i < perceptron.count - 1 { x = g.relu(x) }
    }
    return x
  }

  /// content: [planes, h, w]; code: [code, 1, 1]. Gives [3, multiple * h, multiple * w], -1...1.
  func callAsFunction(_ content: Value, _ code: Value, in g: borrowing GraphBuilder) -> Value {
    var x = styled(content, norms(code, in: g), in: g)
    for stage in up { x = enlarged(x, stage, in: g) }
    return g.tanh(last(x, in: g))
  }

  /// The residual blocks. norms: see `norms`.
  func styled(_ content: Value, _ norms: Value, in g: borrowing GraphBuilder) -> Value {
    var x = content
    for (b, block) in blocks.enumerated() {
      x = block(x, in: g) { y, i in
        let shift = 2 * planes * (2 * b + i)
        return g.instanceNorm(
          y, scale: g.slice(norms, shift + planes..<shift + 2 * planes), shift: g.slice(norms, shift..<shift + planes))
      }
    }
    return x
  }

  /// One enlargement.
  func enlarged(_ x: Value, _ stage: (conv: MUNITConv, norm: MUNITLayerNorm), in g: borrowing GraphBuilder) -> Value {
    g.relu(stage.norm(stage.conv(g.upsampleNearest(x, factor: 2), in: g), in: g))
  }

  /// Multiplications of one pixel of the picture.
  var multiplyAddsPerPixel: Double {
    var share = Double(1 << (2 * up.count))
    var sum = blocks.reduce(0) { $0 + $1.multiplyAddsPerOutput } / share
    for stage in up {
      share /= 4
      sum += stage.conv.conv.multiplyAddsPerOutput / share
    }
    return sum + last.conv.multiplyAddsPerOutput
  }
}
