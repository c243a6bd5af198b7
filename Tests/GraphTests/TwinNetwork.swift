// Builds the same network twice: as a graph of the room, and as a chain of oracle closures.
import Glibc
import PluginAPI

@testable import Graph

/// A graph and its double-precision statement, node for node.
final class TwinNetwork {
  let graph: ComputeGraph
  private var random: SplitMix
  private var rules: [sth_node: ([OracleTensor], inout [sth_node: OracleTensor]) -> OracleTensor] = [:]
  private var vectors: [sth_node: [Double]] = [:]
  private var memory: [UnsafeMutableBufferPointer<Float>] = []
  private var blocks: [sth_node: UnsafeMutableBufferPointer<Float>] = [:]
  /// Constants are made variables.
  var learns = false
  var outputs: [sth_node] = []
  private(set) var inputChannels: [Int] = []
  private(set) var inputNodes: [sth_node] = []

  init(_ engine: GraphEngine, seed: UInt64 = 1, name: String = "twin") {
    graph = ComputeGraph(name: name, engine: engine)
    random = SplitMix(state: seed)
  }

  deinit { for block in memory { block.deallocate() } }

  /// Uniform in -range ... range, exact in float32.
  func number(_ range: Double = 1) -> Double { Double(Float(random.unit() * 2 - 1) * Float(range)) }
  func integer(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next() % UInt64(range.count)) }
  func tensor(c: Int, h: Int, w: Int) -> OracleTensor { OracleTensor(c: c, h: h, w: w) { _, _, _ in number() } }

  private func value(_ node: sth_node, _ inputs: [OracleTensor], _ known: inout [sth_node: OracleTensor])
    -> OracleTensor
  {
    if let tensor = known[node] { return tensor }
    guard let rule = rules[node] else { return OracleTensor(c: 0, h: 0, w: 0) { _, _, _ in 0 } }
    let tensor = rule(inputs, &known)
    known[node] = tensor
    return tensor
  }

  /// What the outputs should be.
  func expected(_ inputs: [OracleTensor]) -> [OracleTensor] {
    var known: [sth_node: OracleTensor] = [:]
    return outputs.map { value($0, inputs, &known) }
  }

  func input(_ channels: Int) throws -> sth_node {
    let number = inputChannels.count
    inputChannels.append(channels)
    let node = try graph.input("input\(number)", channels: channels)
    rules[node] = { inputs, _ in inputs[number] }
    inputNodes.append(node)
    return node
  }

  func constant(_ dims: [Int], name: String = "constant", around centre: Double = 0, range: Double = 1) throws
    -> sth_node
  {
    let count = dims.reduce(1, *)
    let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    memory.append(block)
    let numbers = (0..<count).map { _ in centre + number(range) }
    _ = block.initialize(from: numbers.map { Float($0) })
    let tensor = sth_tensor.dense(block.baseAddress, dims: dims, dtype: STH_DTYPE_F32, elementBytes: 4)
    let node = learns ? try graph.variable(name, tensor) : try graph.constant(name, tensor)
    blocks[node] = block
    vectors[node] = block.map { Double($0) }
    return node
  }

  func conv(
    _ x: sth_node, _ inChannels: Int, _ outChannels: Int, _ kernelH: Int, _ kernelW: Int, strideH: Int = 1,
    strideW: Int = 1, bias hasBias: Bool = true
  ) throws -> sth_node {
    let dims = [outChannels, inChannels, kernelH, kernelW]
    let range = 1.7 / Double(inChannels * kernelH * kernelW).squareRoot()
    let weight = try constant(dims, name: "weight", range: range)
    let bias = hasBias ? try constant([outChannels], name: "bias") : 0
    let node = try graph.conv2d(x, weight: weight, bias: bias, Conv2D(strideH: strideH, strideW: strideW))
    rules[node] = { [unowned self] in
      value(x, $0, &$1).convolved(
        numbers(weight), dims: dims, bias: vectors[bias], strideH: strideH, strideW: strideW)
    }
    return node
  }

  func pad(_ x: sth_node, _ border: Border, _ mode: UInt32) throws -> sth_node {
    let node = try graph.pad2d(x, border, mode: mode)
    rules[node] = { [unowned self] in
      value(x, $0, &$1).padded(border.top, border.left, border.bottom, border.right, mode)
    }
    return node
  }

  func padToMultiple(_ x: sth_node, _ multiple: Int, _ mode: UInt32) throws -> sth_node {
    let node = try graph.padToMultiple(x, multiple, mode: mode)
    rules[node] = { [unowned self] in
      let x = value(x, $0, &$1)
      return x.padded(0, 0, (multiple - x.h % multiple) % multiple, (multiple - x.w % multiple) % multiple, mode)
    }
    return node
  }

  func crop(_ x: sth_node, like reference: sth_node) throws -> sth_node {
    let node = try graph.cropLike(x, reference)
    rules[node] = { [unowned self] in
      let size = value(reference, $0, &$1)
      return value(x, $0, &$1).cropped(size.h, size.w)
    }
    return node
  }

  func upsample(_ x: sth_node, _ factor: Int) throws -> sth_node {
    let node = try graph.upsampleNearest(x, factor: factor)
    rules[node] = { [unowned self] in value(x, $0, &$1).upsampled(factor) }
    return node
  }

  func norm(_ x: sth_node, _ channels: Int, affine: Bool = true, epsilon: Double = 1e-5) throws -> sth_node {
    let scale = affine ? try constant([channels], name: "scale", around: 1, range: 0.5) : 0
    let shift = affine ? try constant([channels], name: "shift", range: 0.5) : 0
    let node = try graph.instanceNorm(x, scale: scale, shift: shift, epsilon: epsilon)
    rules[node] = { [unowned self] in
      value(x, $0, &$1).normalised(scale: vectors[scale], shift: vectors[shift], epsilon: epsilon)
    }
    return node
  }

  func relu(_ x: sth_node) throws -> sth_node {
    let node = try graph.relu(x)
    rules[node] = { [unowned self] in value(x, $0, &$1).map { max($0, 0) } }
    return node
  }

  func clamp(_ x: sth_node, _ low: Double, _ high: Double) throws -> sth_node {
    let node = try graph.clamp(x, low: low, high: high)
    rules[node] = { [unowned self] in value(x, $0, &$1).map { min(max($0, low), high) } }
    return node
  }

  func tanh(_ x: sth_node) throws -> sth_node {
    let node = try graph.tanh(x)
    rules[node] = { [unowned self] in value(x, $0, &$1).map { Glibc.tanh($0) } }
    return node
  }

  func maxPool(_ x: sth_node, _ size: Int, stride: Int, ceil: Bool = false) throws -> sth_node {
    let node = try graph.pool2d(x, Pool2D(size: (size, size), stride: (stride, stride), isCeiled: ceil))
    rules[node] = { [unowned self] in value(x, $0, &$1).pooled(size, stride: stride, ceil: ceil) }
    return node
  }

  func add(_ a: sth_node, _ b: sth_node) throws -> sth_node {
    let node = try graph.sum(a, b)
    rules[node] = { [unowned self] in value(a, $0, &$1) + value(b, $0, &$1) }
    return node
  }

  /// Notes what a node should be, given its operands.
  func record(
    _ node: sth_node, from operands: [sth_node], _ rule: @escaping ([OracleTensor]) -> OracleTensor
  ) -> sth_node {
    rules[node] = { [unowned self] inputs, known in
      var values: [OracleTensor] = []
      for operand in operands { values.append(value(operand, inputs, &known)) }
      return rule(values)
    }
    return node
  }

  /// The numbers of a constant.
  func numbers(_ constant: sth_node) -> [Double] { vectors[constant] ?? [] }

  /// Makes one number of a constant something else, as far as the oracle knows.
  func nudge(_ constant: sth_node, _ index: Int, by difference: Double) {
    vectors[constant]?[index] += difference
  }

  /// All constants so far, in the order in which they were made.
  var constants: [sth_node] { vectors.keys.sorted() }

  /// Has the graph, which shares them, and the oracle know new numbers of a variable.
  func write(_ numbers: [Double], to variable: sth_node) {
    vectors[variable] = numbers
    guard let block = blocks[variable] else { return }
    for (index, number) in numbers.enumerated() { block[index] = Float(number) }
  }

  func output(_ x: sth_node) throws {
    try graph.output(x)
    outputs.append(x)
  }
}

/// A small repeatable random generator (Steele, Lea, Flood 2014).
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
}

extension sth_tensor {
  /// A dense tensor at `data`.
  static func dense(_ data: UnsafeRawPointer?, dims: [Int], dtype: UInt32, elementBytes: Int) -> sth_tensor {
    var tensor = sth_tensor()
    tensor.struct_size = UInt32(MemoryLayout<sth_tensor>.size)
    tensor.dtype = dtype
    tensor.rank = Int32(dims.count)
    tensor.data = data
    withUnsafeMutableBytes(of: &tensor.dims) { bytes in
      for (axis, extent) in dims.enumerated() {
        bytes.storeBytes(of: Int64(extent), toByteOffset: axis * 8, as: Int64.self)
      }
    }
    withUnsafeMutableBytes(of: &tensor.stride_bytes) { bytes in
      var stride = elementBytes
      for axis in dims.indices.reversed() {
        bytes.storeBytes(of: Int64(stride), toByteOffset: axis * 8, as: Int64.self)
        stride *= dims[axis]
      }
    }
    return tensor
  }
}
