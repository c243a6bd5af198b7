// WeightsTable.swift - the room Weights as the contract's table org.stylehost.weights/1.

import Foundation
import PluginAPI
import Weights

enum WeightsTable {
  /// The table, for the life of the process.
  nonisolated(unsafe) static let table: UnsafePointer<sth_weights_api> = {
    // SAFETY of nonisolated(unsafe): written once here, read only afterwards.
    let table = UnsafeMutablePointer<sth_weights_api>.allocate(capacity: 1)
    table.initialize(to: sth_weights_api())
    table.pointee.struct_size = UInt32(MemoryLayout<sth_weights_api>.size)
    table.pointee.open = open
    table.pointee.close = { _, weights in
      if let weights { Unmanaged<OpenWeights>.fromOpaque(UnsafeRawPointer(weights)).release() }
    }
    table.pointee.count = { _, weights in Int64(WeightsTable.opened(weights)?.file.tensors.count ?? 0) }
    table.pointee.name = { _, weights, index in WeightsTable.opened(weights)?.name(Int(clamping: index)) }
    table.pointee.find = find
    table.pointee.metadata = { _, weights, key in
      guard let key else { return nil }
      return WeightsTable.opened(weights)?.metadata(String(cString: key))
    }
    return UnsafePointer(table)
  }()

  /// Hands a file to code behind the border; `body` gets a handle that is valid until it returns.
  static func lending<Result>(_ file: WeightFile, _ body: (OpaquePointer) -> Result) -> Result {
    let opened = Unmanaged.passRetained(OpenWeights(file))
    defer { opened.release() }
    return body(OpaquePointer(opened.toOpaque()))
  }

  private static let open:
    @convention(c) (
      UnsafePointer<sth_weights_api>?, UnsafePointer<CChar>?, UnsafeMutablePointer<OpaquePointer?>?,
      UnsafeMutablePointer<sth_error>?
    ) -> sth_status = { _, path, weights, report in
      guard let path, let weights else {
        return ErrorReport.fill(
          report, STH_ERROR_INVALID_ARGUMENT, "open() of the weights table was called without a path")
      }
      do {
        let file = try WeightFile.open(path: String(cString: path))
        weights.pointee = OpaquePointer(Unmanaged.passRetained(OpenWeights(file)).toOpaque())
        return STH_OK
      } catch {
        return ErrorReport.fill(report, STH_ERROR_BAD_WEIGHTS, "\(error)")
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
