// What the gradients of operators that read a picture have in common: they look like that picture.
import PluginAPI

/// A part of a gradient; operands: value (what came in), value x. Gives the shape of x.
protocol SourceGradient: LearningOperator {}

extension SourceGradient {
  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 0, subject)
    return try value(operands, 1, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[1].h, sizes[1].w)
  }
}
