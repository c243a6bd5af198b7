// What a resized picture passes back: each pixel gets of those that it was a part of.
import PluginAPI

/// The gradient of `resize2d`; operands: value (of the size after), value x.
struct ResizeGradient: SourceGradient {
  static let name = "resize_gradient"
  let resize: Resize2D

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 1, subject)
    return try value(operands, 0, subject).channels
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let (from, to) = (lowering.shapes[node], lowering.shapes[lowering.operands(node)[0]])
    return lowering.apply(.resizeGradient(resize.mapResize(from, to)), to: node)
  }
}
