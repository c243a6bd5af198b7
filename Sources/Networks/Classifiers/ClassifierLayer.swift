// The fully connected layer of classifiers.
import PluginKit

/// PyTorch's `Linear` of all numbers of a map, plane after plane, row after row: a convolution whose kernel is as large as the map. Weights may be normalised
/// (Salimans and Kingma, NIPS 2016): a length for each row beside its direction.
struct ClassifierLayer {
  /// Planes that go.
  let outPlanes: Int
  /// The side of the map that comes, 1 where it has one pixel.
  let side: Int
  private let weight: Weight, bias: Tensor?

  private enum Weight {
    case tensor(Tensor)
    /// Lengths times directions, in row-major order.
    case numbers([Float], shape: [Int])
  }

  /// What the weight's tensor is called: as it is, or the directions of its rows, in both of PyTorch's ways to write that down.
  static let weights = ["weight", "weight_v", "parametrizations.weight.original1"]
  /// The lengths of the rows.
  private static let lengths = [
    "weight_v": "weight_g", "parametrizations.weight.original1": "parametrizations.weight.original0",
  ]

  /// Takes the weight of `key` [out, planes * side * side] and `key.bias` [out] where there is one.
  /// - Parameter readsPlaces: the map has pixels, as many as the weight has columns for; otherwise it has one.
  init(_ file: inout Checkpoint, _ key: String, planes: Int, readsPlaces: Bool) throws(PluginError) {
    guard let name = Self.weights.first(where: { file.has("\(key).\($0)") }),
      let shape = file.shape(of: "\(key).\(name)")
    else { throw file.failure("tensor '\(key).weight' is missing") }
    let columns = shape.count == 2 ? shape[1] : 0
    let side = readsPlaces ? Int((Double(columns) / Double(planes)).squareRoot()) : 1
    guard side >= 1, columns == planes * side * side, shape[0] >= 1 else {
      let expected = readsPlaces ? "\(planes) * side * side" : "\(planes)"
      throw file.failure("tensor '\(key).\(name)' is \(WeightSet.text(shape)), expected [planes,\(expected)]")
    }
    let kernel = [shape[0], planes, side, side]
    let rows = try file.tensor("\(key).\(name)", shape)
    if let length = Self.lengths[name] {
      let lengths = try file.tensor("\(key).\(length)", [shape[0], 1]).floats()
      weight = .numbers(Self.rows(rows.floats(), lengths), shape: kernel)
    } else {
      guard let tensor = rows.reshaped(kernel) else {
        throw file.failure("tensor '\(key).\(name)' is a matrix whose numbers lie apart")
      }
      weight = .tensor(tensor)
    }
    bias = file.has("\(key).bias") ? try file.tensor("\(key).bias", [shape[0]]) : nil
    (outPlanes, self.side) = (shape[0], side)
  }

  /// The tensors that are used as the file has them, by their names there.
  var tensors: [String] {
    let matrix: Tensor? = if case .tensor(let tensor) = weight { tensor } else { nil }
    return [matrix, bias].compactMap { $0?.name }
  }

  /// Rows of these directions and lengths.
  private static func rows(_ directions: [Float], _ lengths: [Float]) -> [Float] {
    let columns = directions.count / max(1, lengths.count)
    var rows = directions
    for (row, length) in lengths.enumerated() {
      let places = row * columns..<(row + 1) * columns
      let square = places.reduce(0.0) { $0 + Double(directions[$1]) * Double(directions[$1]) }
      let factor = square > 0 ? Double(length) / square.squareRoot() : 0
      for place in places { rows[place] = Float(Double(directions[place]) * factor) }
    }
    return rows
  }

  /// x: [planes, side, side]. Gives [outPlanes, 1, 1].
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    let kernel =
      switch weight {
      case .tensor(let tensor): g.constant(tensor)
      case .numbers(let numbers, let shape): g.constant("weight", shape: shape, numbers)
      }
    let shift: Value? = if let bias { g.constant(bias) } else { nil }
    return g.conv2d(x, weight: kernel, bias: shift)
  }
}
