// The weights table of the contract on the readers of Weights, for tests.
import Glibc
import PluginAPI
import Weights

/// One open file: its tensors, their names and its metadata as C text.
final class OpenWeights {
  let tensors: [NamedTensor]
  let names: [UnsafeMutablePointer<CChar>?]
  let metadata: [String: UnsafeMutablePointer<CChar>]

  init(_ tensors: [NamedTensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    names = tensors.map { strdup($0.name) }
    self.metadata = metadata.compactMapValues { strdup($0) }
  }

  deinit {
    for name in names { free(name) }
    for text in metadata.values { free(text) }
  }

  static func of(_ handle: OpaquePointer?) -> OpenWeights? {
    handle.map { Unmanaged<OpenWeights>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }

  /// A retained handle, which `close` releases.
  func retainedHandle() -> OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }
}

enum WeightTable {
  static func make() -> sth_weights_api {
    var api = sth_weights_api()
    api.struct_size = UInt32(MemoryLayout<sth_weights_api>.size)
    api.open = { _, path, handle, error in
      do {
        let file = try WeightFile.open(path: path.map { String(cString: $0) } ?? "")
        handle?.pointee = OpenWeights(file.tensors, metadata: file.metadata).retainedHandle()
        return STH_OK
      } catch {
        return STH_ERROR_BAD_WEIGHTS
      }
    }
    api.close = { _, handle in
      guard let handle else { return }
      Unmanaged<OpenWeights>.fromOpaque(UnsafeRawPointer(handle)).release()
    }
    api.count = { _, handle in Int64(OpenWeights.of(handle)?.tensors.count ?? 0) }
    api.name = { _, handle, i in
      guard let names = OpenWeights.of(handle)?.names, names.indices.contains(Int(i)) else { return nil }
      return UnsafePointer(names[Int(i)])
    }
    api.find = { _, handle, name, view in
      guard let name, let view,
        let tensor = OpenWeights.of(handle)?.tensors.first(where: { $0.name == String(cString: name) })
      else { return STH_ERROR_BAD_WEIGHTS }
      WeightTable.fill(view, tensor)
      return STH_OK
    }
    api.metadata = { _, handle, key in
      guard let key, let text = OpenWeights.of(handle)?.metadata[String(cString: key)] else { return nil }
      return UnsafePointer(text)
    }
    return api
  }

  private static func fill(_ view: UnsafeMutablePointer<sth_tensor>, _ tensor: NamedTensor) {
    let types: [ElementType: UInt32] = [
      .float32: STH_DTYPE_F32, .float16: STH_DTYPE_F16, .bfloat16: STH_DTYPE_BF16, .float64: STH_DTYPE_F64,
      .int8: STH_DTYPE_I8, .uint8: STH_DTYPE_U8, .int16: STH_DTYPE_I16, .int32: STH_DTYPE_I32, .bool: STH_DTYPE_BOOL,
    ]
    view.pointee.dtype = types[tensor.elementType] ?? STH_DTYPE_I64
    view.pointee.rank = Int32(tensor.shape.count)
    view.pointee.data = tensor.bytes.baseAddress
    withUnsafeMutableBytes(of: &view.pointee.dims) { dims in
      for (i, n) in tensor.shape.enumerated() { dims.storeBytes(of: Int64(n), toByteOffset: i * 8, as: Int64.self) }
    }
    withUnsafeMutableBytes(of: &view.pointee.stride_bytes) { strides in
      for (i, n) in tensor.strides.enumerated() {
        strides.storeBytes(of: Int64(n * tensor.elementType.byteCount), toByteOffset: i * 8, as: Int64.self)
      }
    }
  }
}
