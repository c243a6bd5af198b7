// crop_like: the top left part of a picture; never a pass, only a smaller look at what is there.
import PluginAPI

/// x with the height and width of a reference; operands: value, value.
struct CropLike: GraphOperator {
  static let name = "crop_like"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 1, subject)
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    let (x, reference) = (sizes[0], sizes[1])
    guard x.h >= reference.h, x.w >= reference.w else {
      throw .unsupported(
        "\(subject): the value is \(x.h) x \(x.w), smaller than the \(reference.h) x \(reference.w) to crop it to")
    }
    return (reference.h, reference.w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    var lens = lowering.lens(lowering.operands(node)[0])
    let shape = lowering.shapes[node]
    if lens.shape == shape { return lens }
    if lens.isPointwise {
      lens.region = shape
    } else if lens.padding == nil {
      // Ends the enlargement inside it; a border further out must not see what was cut off.
      lens.padding = ValueLens.Padding(mode: STH_PAD_ZERO)
    }
    lens.shape = shape
    return lens
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x) = (site.gradient, site.operands[0])
    try site.add(to: 0) { (graph) throws(GraphError) in
      try graph.add(PadGradient(top: 0, left: 0, mode: STH_PAD_ZERO), gradient, x)
    }
  }
}
