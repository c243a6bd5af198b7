// From the description of a Torch7 network and its tensors to modules that can run.
import PluginKit

/// Reads module by module, and follows how many planes there are.
struct Torch7Builder {
  private var file: Checkpoint

  init(_ weights: WeightSet) { file = Checkpoint(weights, ignoring: { _ in false }) }

  /// Makes the module of a node. `planes`: of each value that comes, nil while nothing has told; becomes that of what goes.
  /// Throws `badWeights` with class and path for a module that is unknown, or whose fields or tensors do not fit.
  mutating func layer(_ node: Torch7Node, _ planes: inout [Int?]) throws(PluginError) -> Torch7Layer {
    if node.isIdle { return .idle }
    switch node.kind {
    case "Sequential": return try sequence(node, &planes)
    case "ConcatTable": return try branches(node, &planes)
    case "CAddTable":
      guard let first = planes.first, planes.allSatisfy({ $0 == first }) else {
        throw wrong(node, "adds values of unequal planes")
      }
      planes = [first]
      return .sum
    default: break
    }
    guard planes.count == 1 else { throw wrong(node, "takes one value, but gets \(planes.count)") }
    if let layer = try border(node) { return layer }
    switch node.kind {
    case "SpatialConvolution", "SpatialConvolutionMM": return try convolution(node, &planes)
    case "SpatialFullConvolution": return try transposed(node, &planes)
    case "InstanceNormalization": return try instanceNorm(node, &planes)
    case "SpatialBatchNormalization": return try batchNorm(node, &planes)
    case "ReLU": return .relu
    case "LeakyReLU": return .activate(.leakyRelu(alpha: node.number("negval") ?? 0.01))
    case "Tanh": return .tanh
    case "Sigmoid": return .activate(.sigmoid)
    case "MulConstant": return try constant(node, "constant_scalar", planes) { (scale: $0, shift: 0) }
    case "AddConstant": return try constant(node, "constant_scalar", planes) { (scale: 1, shift: $0) }
    // What training did not drop it did not strengthen, so running weakens it.
    case "Dropout", "SpatialDropout": return try constant(node, "p", planes) { (scale: 1 - $0, shift: 0) }
    default:
      throw file.failure("module '\(node.path)' is of the class \(node.className), which is not known")
    }
  }

  private func wrong(_ node: Torch7Node, _ reason: String) -> PluginError {
    file.failure("module '\(node.path)' (\(node.className)) \(reason)")
  }

  /// A field that must be a whole number in a range.
  private func field(
    _ node: Torch7Node, _ name: String, _ range: ClosedRange<Int>, missing: Int? = nil
  ) throws(PluginError) -> Int {
    guard let number = node.integer(name, missing: missing), range.contains(number) else {
      throw wrong(node, "has no \(name) of \(range.lowerBound)...\(range.upperBound)")
    }
    return number
  }

  private mutating func sequence(_ node: Torch7Node, _ planes: inout [Int?]) throws(PluginError) -> Torch7Layer {
    var layers: [Torch7Layer] = []
    for child in node.children { layers.append(try layer(child, &planes)) }
    return .sequence(layers)
  }

  private mutating func branches(_ node: Torch7Node, _ planes: inout [Int?]) throws(PluginError) -> Torch7Layer {
    guard planes.count == 1, !node.children.isEmpty else { throw wrong(node, "has no branches of one value") }
    var (layers, all): ([Torch7Layer], [Int?]) = ([], [])
    for child in node.children {
      var own = planes
      layers.append(try layer(child, &own))
      all += own
    }
    planes = all
    return .branches(layers)
  }

  /// Modules that change the size and nothing else; nil for others.
  private func border(_ node: Torch7Node) throws(PluginError) -> Torch7Layer? {
    switch node.kind {
    case "SpatialReflectionPadding": return .pad(try borders(node), .reflect)
    case "SpatialReplicationPadding": return .pad(try borders(node), .replicate)
    case "SpatialZeroPadding": return .pad(try borders(node), .zero)
    case "ShaveImage": return .pad(.all(-(try field(node, "size", 0...4096))), .zero)
    case "SpatialUpSamplingNearest": return .nearest(try field(node, "scale_factor", 1...16))
    case "SpatialMaxPooling": return .pool(try pool(node, .max))
    case "SpatialAveragePooling": return .pool(try pool(node, node.isTrue("count_include_pad") ? .meanPadded : .mean))
    default: return nil
    }
  }

  private func borders(_ node: Torch7Node) throws(PluginError) -> Borders {
    let range = -4096...4096
    return Borders(
      top: try field(node, "pad_t", range), left: try field(node, "pad_l", range),
      bottom: try field(node, "pad_b", range), right: try field(node, "pad_r", range))
  }

  private func pool(_ node: Torch7Node, _ kind: Pool.Kind) throws(PluginError) -> Pool {
    var pool = Pool(kind, size: try field(node, "kH", 1...64), stride: 1, isCeiled: node.isTrue("ceil_mode"))
    pool.width = try field(node, "kW", 1...64)
    pool.stride = (
      try field(node, "dH", 1...64, missing: pool.height), try field(node, "dW", 1...64, missing: pool.width)
    )
    let (h, w) = (try field(node, "padH", 0...63, missing: 0), try field(node, "padW", 0...63, missing: 0))
    pool.padding = Borders(top: h, left: w, bottom: h, right: w)
    guard pool.stride.height == pool.stride.width else { throw wrong(node, "reduces unequally") }
    return pool
  }

  /// Fields and tensors that both kinds of convolution have. `shape`: of the weight, from planes in and out and the kernel.
  private mutating func convolution(
    _ node: Torch7Node, _ planes: inout [Int?], shape: (_ into: Int, _ out: Int, _ kernel: [Int]) -> [Int]
  ) throws(PluginError) -> Torch7Layer.Convolution {
    let limit = 1...65536
    let into = try field(node, "nInputPlane", limit)
    let out = try field(node, "nOutputPlane", limit)
    let kernel = [try field(node, "kH", 1...64), try field(node, "kW", 1...64)]
    if let known = planes[0], known != into { throw wrong(node, "takes \(into) planes, but gets \(known)") }
    planes = [out]
    let old = try field(node, "padding", 0...64, missing: 0)
    return Torch7Layer.Convolution(
      weight: try weight(node, shape(into, out, kernel)), bias: try bias(node, out),
      stride: (try field(node, "dH", 1...16, missing: 1), try field(node, "dW", 1...16, missing: 1)),
      padding: (try field(node, "padH", 0...64, missing: old), try field(node, "padW", 0...64, missing: old)))
  }

  private mutating func convolution(_ node: Torch7Node, _ planes: inout [Int?]) throws(PluginError) -> Torch7Layer {
    let groups = try field(node, "groups", 1...65536, missing: 1)
    var layer = try convolution(node, &planes) { [$1, $0 / groups] + $2 }
    layer.groups = groups
    guard layer.stride.height == layer.stride.width else { throw wrong(node, "reduces unequally") }
    return .convolution(layer)
  }

  private mutating func transposed(_ node: Torch7Node, _ planes: inout [Int?]) throws(PluginError) -> Torch7Layer {
    var layer = try convolution(node, &planes) { [$0, $1] + $2 }
    guard layer.stride.height == layer.stride.width else { throw wrong(node, "enlarges unequally") }
    let range = 0...layer.stride.height
    layer.more = (try field(node, "adjH", range, missing: 0), try field(node, "adjW", range, missing: 0))
    return .transposed(layer)
  }

  /// The weight of a convolution, which SpatialConvolutionMM keeps as a matrix.
  private mutating func weight(_ node: Torch7Node, _ shape: [Int]) throws(PluginError) -> Tensor {
    let key = node.key("weight")
    guard file.shape(of: key)?.count == 2 else { return try file.tensor(key, shape) }
    let matrix = try file.tensor(key, [shape[0], shape[1...].reduce(1, *)])
    guard let weight = matrix.reshaped(shape) else { throw wrong(node, "has a weight whose numbers lie apart") }
    return weight
  }

  private mutating func bias(_ node: Torch7Node, _ count: Int) throws(PluginError) -> Tensor? {
    file.has(node.key("bias")) ? try file.tensor(node.key("bias"), [count]) : nil
  }

  /// A vector of the module; `missing` everywhere where it has none.
  private mutating func vector(
    _ node: Torch7Node, _ name: String, _ count: Int, missing: Float
  ) throws(PluginError) -> [Float] {
    guard file.has(node.key(name)) else { return Array(repeating: missing, count: count) }
    return try file.tensor(node.key(name), [count]).floats()
  }

  /// The planes that a norm works on: as many as its tensors have numbers.
  private func planes(ofNorm node: Torch7Node, _ planes: [Int?], _ tensor: String) throws(PluginError) -> Int {
    guard let count = file.shape(of: node.key(tensor))?.first else {
      throw file.failure("tensor '\(node.key(tensor))' is missing")
    }
    if let known = planes[0], known != count { throw wrong(node, "has \(count) planes, but gets \(known)") }
    return count
  }

  private mutating func instanceNorm(_ node: Torch7Node, _ planes: inout [Int?]) throws(PluginError) -> Torch7Layer {
    let count = try self.planes(ofNorm: node, planes, "weight")
    planes = [count]
    return .instanceNorm(
      scale: try vector(node, "weight", count, missing: 1), shift: try vector(node, "bias", count, missing: 0),
      epsilon: node.number("eps") ?? 1e-5)
  }

  /// A trained batch norm does the same to every picture: (x - mean) / sqrt(variance + epsilon) * weight + bias. Files of the
  /// first versions hold the reciprocal of that root, as `running_std`.
  private mutating func batchNorm(_ node: Torch7Node, _ planes: inout [Int?]) throws(PluginError) -> Torch7Layer {
    let count = try self.planes(ofNorm: node, planes, "running_mean")
    planes = [count]
    let mean = try vector(node, "running_mean", count, missing: 0)
    let (weight, bias) = (try vector(node, "weight", count, missing: 1), try vector(node, "bias", count, missing: 0))
    let epsilon = node.number("eps") ?? 1e-5
    let factors: [Double]
    if file.has(node.key("running_var")) {
      let variance = try vector(node, "running_var", count, missing: 1)
      factors = variance.map { 1 / (Double($0) + epsilon).squareRoot() }
    } else {
      factors = try file.tensor(node.key("running_std"), [count]).floats().map(Double.init)
    }
    let scale = zip(weight, factors).map { Double($0) * $1 }
    return .affine(
      scale: scale.map { Float($0) },
      shift: (0..<count).map { Float(Double(bias[$0]) - Double(mean[$0]) * scale[$0]) })
  }

  /// The same number for all planes.
  private func constant(
    _ node: Torch7Node, _ name: String, _ planes: [Int?], _ numbers: (Float) -> (scale: Float, shift: Float)
  ) throws(PluginError) -> Torch7Layer {
    guard let number = node.number(name) else { throw wrong(node, "has no \(name)") }
    guard let count = planes[0] else { throw wrong(node, "comes before the first convolution") }
    let (scale, shift) = numbers(Float(number))
    return .affine(
      scale: Array(repeating: scale, count: count), shift: Array(repeating: shift, count: count))
  }
}
