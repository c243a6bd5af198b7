// Constants in the form kernels read, made once per graph and shared by its plans.
import Glibc
import Kernels
import PluginAPI

/// Memory that plans read, and nobody writes while one of them runs.
final class PackedBlock: @unchecked Sendable {
  // SAFETY: written under the lock of its graph: by its maker before a plan sees it, and by `refresh()`, which by the contract of graph.h
  // is not called while a plan of the graph runs.

  /// On a 64-byte boundary.
  let data: UnsafeMutableRawPointer
  let bytes: Int

  init(bytes: Int) throws(GraphError) {
    var memory: UnsafeMutableRawPointer?
    let isLarge = bytes >= Arena.hugePage
    let boundary = isLarge ? Arena.hugePage : MemoryPlan.alignment
    guard posix_memalign(&memory, boundary, max(bytes, 1)) == 0, let memory else {
      throw .noMemory("cannot reserve \(MemoryBudget.mebibytes(bytes)) MiB for weights; use a smaller model")
    }
    // Every unit of a convolution walks through all of its weights: on small pages each walk misses the address cache.
    if isLarge { _ = madvise(memory, bytes / Arena.hugePage * Arena.hugePage, MADV_HUGEPAGE) }
    data = memory
    self.bytes = bytes
  }

  deinit { free(data) }
}

/// What has been packed so far.
struct PackedWeights: Sendable {
  /// All that may decide on the packed form: a convolution without the size of its picture.
  private struct Key: Hashable {
    let weight: Int, bias: Int?
    let algorithm: UInt32, arithmetic: UInt32, sourceFormat: UInt32, destinationFormat: UInt32, mode: UInt32
    let inC: Int32, outC: Int32, kernelH: Int32, kernelW: Int32, strideH: Int32, strideW: Int32
    let padTop: Int32, padLeft: Int32, upsample: Int32, inRelu: Int32
    let bytes: Int

    init(_ weight: Int, _ bias: Int?, _ shape: sth_map_conv, _ needs: PassNeeds) {
      (self.weight, self.bias) = (weight, bias)
      (algorithm, arithmetic, bytes) = (needs.algorithm, shape.arithmetic, needs.packedBytes)
      (sourceFormat, destinationFormat) = (shape.src_format, shape.dst_format)
      let conv = shape.conv
      mode = conv.pad_mode
      (inC, outC, kernelH, kernelW) = (conv.in_c, conv.out_c, conv.kernel_h, conv.kernel_w)
      (strideH, strideW, padTop, padLeft) = (conv.stride_h, conv.stride_w, conv.pad_top, conv.pad_left)
      (upsample, inRelu) = (conv.upsample, conv.in_relu)
    }
  }

  private var convolutions: [Key: PackedBlock] = [:]
  private var vectors: [Int: PackedBlock] = [:]
  private var orders: [PackingOrder] = []
  /// What follows the numbers of variables.
  private var renewals: [PackingOrder] = [], vectorRenewals: [(watch: VariableWatch, fill: @Sendable () -> Void)] = []

  /// Of all that has been packed.
  var bytes: Int { (convolutions.values.map(\.bytes) + vectors.values.map(\.bytes)).reduce(0, +) }

  /// Weight and bias of a convolution for its kernel: reserved here, written by `fill`.
  mutating func convolution(
    weight: Int, bias: Int?, for shape: sth_map_conv, needs: PassNeeds, nodes: [GraphNode]
  ) throws(GraphError) -> PackedBlock {
    let key = Key(weight, bias, shape, needs)
    if let block = convolutions[key] { return block }
    let weights = try DenseConstant(Self.constant(weight, nodes))
    let biases: DenseConstant? = if let bias { try DenseConstant(Self.constant(bias, nodes)) } else { nil }
    let block = try PackedBlock(bytes: needs.packedBytes)
    let order = PackingOrder(weights: weights, biases: biases, shape: shape, target: block)
    orders.append(order)
    if !order.watches.isEmpty { renewals.append(order) }
    for watch in order.watches { watch.forget() }
    convolutions[key] = block
    return block
  }

  /// The vector constant of node `index` as float32, padded with zeros to whole vectors.
  mutating func vector(_ index: Int, nodes: [GraphNode]) throws(GraphError) -> PackedBlock {
    if let block = vectors[index] { return block }
    let constant = try Self.constant(index, nodes)
    let count = MemoryPlan.padded(constant.count)
    return try keep(try PackedBlock(bytes: count * 4), of: index, constant) { constant, packed in
      packed.initialize(repeating: 0, count: count)
      constant.write(to: packed)
    }
  }

  /// The constant [c][1][kh][kw] of node `index` as [kh][kw][c], channels padded with zeros to whole vectors.
  mutating func taps(_ index: Int, nodes: [GraphNode]) throws(GraphError) -> PackedBlock {
    if let block = vectors[index] { return block }
    let constant = try Self.constant(index, nodes)
    let (channels, lanes) = (constant.dims[0], MemoryPlan.padded(constant.dims[0]))
    let taps = constant.count / channels
    return try keep(try PackedBlock(bytes: taps * lanes * 4), of: index, constant) { constant, packed in
      packed.initialize(repeating: 0, count: taps * lanes)
      let numbers = constant.floats()
      for channel in 0..<channels {
        for tap in 0..<taps { packed[tap * lanes + channel] = numbers[channel * taps + tap] }
      }
    }
  }

  /// Has `write` fill the block of node `index`, now and whenever its numbers change.
  private mutating func keep(
    _ block: PackedBlock, of index: Int, _ constant: Constant,
    _ write: @escaping @Sendable (Constant, UnsafeMutablePointer<Float>) -> Void
  ) throws(GraphError) -> PackedBlock {
    let fill: @Sendable () -> Void = {
      withExtendedLifetime(block) {
        write(constant, block.data.bindMemory(to: Float.self, capacity: block.bytes / MemoryLayout<Float>.size))
      }
    }
    fill()
    if let watch = constant.watch {
      vectorRenewals.append((watch, fill))
      watch.forget()
    }
    vectors[index] = block
    return block
  }

  private static func constant(_ index: Int, _ nodes: [GraphNode]) throws(GraphError) -> Constant {
    guard let constant = nodes[index].constant else { throw .invalid("\(nodes[index].subject) is not a constant") }
    return constant
  }

  /// Writes what was reserved, on all threads of the pool.
  mutating func fill(kernels: UnsafePointer<sth_map_kernels>, pool: WorkerPool) {
    // The longest first, so that no thread ends with it while the others wait.
    orders.sort { $0.target.bytes > $1.target.bytes }
    PackingOrder.carryOut(orders, kernels: kernels, pool: pool)
    orders = []
    renewals.sort { $0.target.bytes > $1.target.bytes }
  }

  /// Writes again what follows the numbers of variables that have changed.
  /// Returns how many blocks those are.
  func renew(kernels: UnsafePointer<sth_map_kernels>, pool: WorkerPool) -> Int {
    let vectors = vectorRenewals.filter(\.watch.isChanged)
    for vector in vectors { vector.fill() }
    let orders = renewals.filter { $0.watches.contains(where: \.isChanged) }
    if !orders.isEmpty { PackingOrder.carryOut(orders, kernels: kernels, pool: pool) }
    return vectors.count + orders.count
  }
}
