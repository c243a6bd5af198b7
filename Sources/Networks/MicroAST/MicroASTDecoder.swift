// The decoder of MicroAST.
import PluginKit

/// From features back to a picture.
struct MicroASTDecoder {
  let blocks: [MicroASTBlock]
  /// Grouped 3x3 after a linear enlargement, then 1x1; twice.
  let up: [(wide: MicroASTConv, narrow: MicroASTConv)]
  let last: MicroASTConv

  /// Takes `dec1`, `dec2` and `dec3` behind `prefix`.
  init(_ file: inout Checkpoint, _ prefix: String, _ planes: Int) throws(PluginError) {
    blocks = [
      try MicroASTBlock(&file, "\(prefix)dec1", planes), try MicroASTBlock(&file, "\(prefix)dec2", planes),
    ]
    var width = planes
    var up: [(wide: MicroASTConv, narrow: MicroASTConv)] = []
    for (wide, narrow) in [(1, 3), (6, 8)] {
      up.append(
        (
          try MicroASTConv(&file, "\(prefix)dec3.\(wide)", &width, kernel: 3, isGrouped: true),
          try MicroASTConv(&file, "\(prefix)dec3.\(narrow)", &width, kernel: 1)
        ))
    }
    last = try MicroASTConv(&file, "\(prefix)dec3.10", &width, kernel: 9)
    guard width == 3 else { throw file.failure("its decoder gives \(width) planes, and a picture has 3") }
    self.up = up
  }

  /// content: features of the greater depth. Gives [3, 4 * h, 4 * w], nominally 0...1. The style of the greater depth comes first.
  func callAsFunction(
    _ content: Value, _ mixture: StyleMixture, _ planes: Int, in g: borrowing GraphBuilder
  ) -> Value {
    var x = content
    for (block, depth) in zip(blocks, [1, 0]) {
      x = mixture.mixed(x, depth * planes..<(depth + 1) * planes, in: g)
      let factor = g.slice(mixture.modulation, 2 * depth * planes..<(2 * depth + 1) * planes)
      let past = g.slice(mixture.modulation, (2 * depth + 1) * planes..<(2 * depth + 2) * planes)
      x = block(x, factor: factor, past: past, in: g)
    }
    for stage in up {
      x = g.relu(stage.wide(g.resize2d(x, Resize(.linear, .halfPixel, scale: 2)), in: g))
      x = g.relu(stage.narrow(x, in: g))
    }
    return last(x, in: g)
  }

  /// Multiplications of one pixel of the picture.
  var multiplyAddsPerPixel: Double {
    let quarter = blocks.reduce(0) { $0 + $1.multiplyAddsPerOutput }
    let half = up[0].wide.multiplyAddsPerOutput + up[0].narrow.multiplyAddsPerOutput
    let full = up[1].wide.multiplyAddsPerOutput + up[1].narrow.multiplyAddsPerOutput + last.multiplyAddsPerOutput
    return quarter / 16 + half / 4 + full
  }
}
