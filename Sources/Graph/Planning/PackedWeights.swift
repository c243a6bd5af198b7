// Constants in the form kernels read, made once per graph and shared by its plans.
import Glibc
import PluginAPI

/// Memory that is written once and then only read.
final class PackedBlock: @unchecked Sendable {
  // SAFETY: written by its maker before anyone else sees it, read only afterwards.

  /// On a 64-byte boundary.
  let data: UnsafeMutableRawPointer
  let bytes: Int

  init(bytes: Int) throws(GraphError) {
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, MemoryPlan.alignment, max(bytes, 1)) == 0, let memory else {
      throw .noMemory("cannot reserve \(MemoryBudget.mebibytes(bytes)) MiB for weights; use a smaller model")
    }
    data = memory
    self.bytes = bytes
  }

  deinit { free(data) }
}

/// What has been packed so far.
struct PackedWeights: Sendable {
  /// All that may decide on the packed form: a convolution without the size of its picture.
  private struct Key: Hashable {
    let constant: Int
    let mode: UInt32
    let inC: Int32, outC: Int32, kernelH: Int32, kernelW: Int32, strideH: Int32, strideW: Int32
    let padTop: Int32, padLeft: Int32, upsample: Int32, inRelu: Int32
    let bytes: Int64

    init(_ constant: Int, _ shape: sth_conv2d, bytes: Int64) {
      self.constant = constant
      mode = shape.pad_mode
      (inC, outC, kernelH, kernelW) = (shape.in_c, shape.out_c, shape.kernel_h, shape.kernel_w)
      (strideH, strideW, padTop, padLeft) = (shape.stride_h, shape.stride_w, shape.pad_top, shape.pad_left)
      (upsample, inRelu) = (shape.upsample, shape.in_relu)
      self.bytes = bytes
    }
  }

  private var convolutions: [Key: PackedBlock] = [:]
  private var vectors: [Int: PackedBlock] = [:]

  /// Of all that has been packed.
  var bytes: Int { (convolutions.values.map(\.bytes) + vectors.values.map(\.bytes)).reduce(0, +) }

  /// What a convolution asks of its caller.
  static func needs(_ shape: sth_conv2d, kernels: UnsafePointer<sth_kernels>) -> sth_conv2d_needs {
    var shape = shape
    var needs = sth_conv2d_needs()
    needs.struct_size = UInt32(MemoryLayout<sth_conv2d_needs>.size)
    kernels.pointee.conv2d_f32_query(&needs, &shape)
    return needs
  }

  /// The weight `constant` of node `index`, packed for `shape`.
  mutating func weight(
    _ constant: Constant, index: Int, for shape: sth_conv2d, kernels: UnsafePointer<sth_kernels>
  ) throws(GraphError) -> PackedBlock {
    let needs = Self.needs(shape, kernels: kernels)
    let key = Key(index, shape, bytes: needs.packed_bytes)
    if let block = convolutions[key] { return block }
    let dense = try PackedBlock(bytes: constant.count * 4)
    let block = try PackedBlock(bytes: Int(needs.packed_bytes))
    var shape = shape
    // The kernel works on the memory of `dense` alone: without this its owner may be gone before.
    withExtendedLifetime(dense) {
      let floats = dense.data.bindMemory(to: Float.self, capacity: constant.count)
      constant.write(to: floats)
      kernels.pointee.conv2d_f32_pack(block.data, floats, &shape)
    }
    convolutions[key] = block
    return block
  }

  /// The vector `constant` of node `index` as dense float32.
  mutating func vector(_ constant: Constant, index: Int) throws(GraphError) -> PackedBlock {
    if let block = vectors[index] { return block }
    let block = try PackedBlock(bytes: constant.count * 4 + MemoryPlan.alignment)
    constant.write(to: block.data.bindMemory(to: Float.self, capacity: constant.count))
    vectors[index] = block
    return block
  }
}
