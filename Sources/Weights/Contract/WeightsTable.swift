// The room Weights as the contract's table org.stylehost.weights/1.
import PluginAPI
import Synchronization

/// A table, and the model files that are open through it. Outlives their handles; any thread.
public final class WeightsTable: @unchecked Sendable {
  // @unchecked: the table is written in init and read only afterwards; the files are guarded.

  /// The table of the contract, valid as long as this object lives.
  public let table: UnsafePointer<sth_weights_api>
  private let memory: UnsafeMutablePointer<sth_weights_api>
  private let files = Mutex<[Opened]>([])
  /// What `open` gives for a path once, instead of looking at the disk.
  private let offered = Mutex<[String: WeightFile]>([:])

  /// A file, as long as the plugin holds it.
  private struct Opened { weak var weights: OpenWeights? }

  /// A table through which nothing is open yet.
  public init() {
    memory = .allocate(capacity: 1)
    memory.initialize(to: WeightsTable.functions())
    table = UnsafePointer(memory)
    memory.pointee.context = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit { memory.deallocate() }

  /// Takes the files off this process's memory, once the plugin has packed what it computes with.
  public func releasePages() {
    files.withLock { files in
      files.removeAll { $0.weights == nil }
      files.forEach { $0.weights?.file.releasePages() }
    }
  }

  /// The path of this file, which need not be on disk, opens it the next time: how numbers that are in memory reach a network.
  public func offer(_ file: WeightFile) { offered.withLock { $0[file.path] = file } }

  private static func functions() -> sth_weights_api {
    var table = sth_weights_api()
    table.struct_size = UInt32(MemoryLayout<sth_weights_api>.size)
    table.open = open
    table.close = { _, weights in
      if let weights { Unmanaged<OpenWeights>.fromOpaque(UnsafeRawPointer(weights)).release() }
    }
    table.count = { _, weights in Int64(WeightsTable.opened(weights)?.file.tensors.count ?? 0) }
    table.name = { _, weights, index in WeightsTable.opened(weights)?.name(Int(clamping: index)) }
    table.find = find
    table.metadata = { _, weights, key in
      guard let key else { return nil }
      return WeightsTable.opened(weights)?.metadata(String(cString: key))
    }
    return table
  }

  /// Hands a file to code behind the border; `body` gets a table and a handle that are valid until it returns.
  ///
  /// - Returns: what `body` returns, and how many tensors of the file it has looked at.
  public static func lending<Result>(
    _ file: WeightFile, _ body: (UnsafePointer<sth_weights_api>, OpaquePointer) -> Result
  ) -> (Result, looks: Int) {
    let (table, opened) = (WeightsTable(), OpenWeights(file))
    return withExtendedLifetime((table, opened)) {
      let result = body(table.table, OpaquePointer(Unmanaged.passUnretained(opened).toOpaque()))
      return (result, opened.looks)
    }
  }

  private static let open:
    @convention(c) (
      UnsafePointer<sth_weights_api>?, UnsafePointer<CChar>?, UnsafeMutablePointer<OpaquePointer?>?,
      UnsafeMutablePointer<sth_error>?
    ) -> sth_status = { table, path, weights, report in
      guard let path, let weights, let context = table?.pointee.context else {
        return WeightsTable.fill(
          report, STH_ERROR_INVALID_ARGUMENT, "open() was called without the table of weights or without a path")
      }
      do {
        // SAFETY: context is the object that owns the table, which outlives the instance that was handed it.
        let owner = Unmanaged<WeightsTable>.fromOpaque(context).takeUnretainedValue()
        let path = String(cString: path)
        let known = owner.offered.withLock { $0.removeValue(forKey: path) }
        let opened = OpenWeights(try known ?? WeightFile.open(path: path))
        owner.files.withLock { $0.append(Opened(weights: opened)) }
        weights.pointee = OpaquePointer(Unmanaged.passRetained(opened).toOpaque())
        return STH_OK
      } catch {
        return WeightsTable.fill(report, STH_ERROR_BAD_WEIGHTS, "\(error)")
      }
    }

  private static let find:
    @convention(c) (
      UnsafePointer<sth_weights_api>?, OpaquePointer?, UnsafePointer<CChar>?, UnsafeMutablePointer<sth_tensor>?
    ) -> sth_status = { _, weights, name, tensor in
      guard let name, let tensor, tensor.pointee.struct_size >= UInt32(MemoryLayout<sth_tensor>.size) else {
        return STH_ERROR_INVALID_ARGUMENT
      }
      guard let found = WeightsTable.opened(weights)?.tensor(String(cString: name)) else {
        return STH_ERROR_BAD_WEIGHTS
      }
      guard found.shape.count <= Int(STH_TENSOR_MAX_RANK) else { return STH_ERROR_UNSUPPORTED }
      WeightsTable.describe(found, tensor)
      return STH_OK
    }

  /// Writes status and text into the other side's error, cut at a whole character; returns the status.
  private static func fill(
    _ error: UnsafeMutablePointer<sth_error>?, _ status: sth_status, _ text: String
  ) -> sth_status {
    guard let error, error.pointee.struct_size >= UInt32(MemoryLayout<sth_error>.size) else { return status }
    error.pointee.code = status
    withUnsafeMutableBytes(of: &error.pointee.message) { bytes in
      var kept = Array(text.utf8.prefix(bytes.count - 1))
      if kept.count == bytes.count - 1 {
        while let last = kept.last, last & 0xc0 == 0x80 { kept.removeLast() }
        if let last = kept.last, last >= 0x80 { kept.removeLast() }
      }
      bytes.copyBytes(from: kept)
      bytes[kept.count] = 0
    }
    return status
  }

  private static func opened(_ weights: OpaquePointer?) -> OpenWeights? {
    weights.map { Unmanaged<OpenWeights>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }

  private static func describe(_ source: NamedTensor, _ tensor: UnsafeMutablePointer<sth_tensor>) {
    tensor.pointee.dtype = code(of: source.elementType)
    tensor.pointee.rank = Int32(source.shape.count)
    tensor.pointee.reserved = 0
    let width = source.elementType.byteCount
    withUnsafeMutableBytes(of: &tensor.pointee.dims) { dims in
      let dims = dims.bindMemory(to: Int64.self)
      for axis in dims.indices { dims[axis] = axis < source.shape.count ? Int64(source.shape[axis]) : 0 }
    }
    withUnsafeMutableBytes(of: &tensor.pointee.stride_bytes) { strides in
      let strides = strides.bindMemory(to: Int64.self)
      for axis in strides.indices {
        strides[axis] = axis < source.strides.count ? Int64(source.strides[axis] * width) : 0
      }
    }
    tensor.pointee.data = source.bytes.baseAddress
  }

  private static func code(of type: ElementType) -> UInt32 {
    switch type {
    case .float32: return STH_DTYPE_F32
    case .float16: return STH_DTYPE_F16
    case .bfloat16: return STH_DTYPE_BF16
    case .float64: return STH_DTYPE_F64
    case .int8: return STH_DTYPE_I8
    case .uint8: return STH_DTYPE_U8
    case .int16: return STH_DTYPE_I16
    case .int32: return STH_DTYPE_I32
    case .int64: return STH_DTYPE_I64
    case .bool: return STH_DTYPE_BOOL
    }
  }
}
