// Constants of every float type, of any strides and alignment, are read as what they mean.
import PluginAPI
import Testing

@testable import Graph

@Suite("Constants")
struct ConstantTests {
  private func read(_ tensor: sth_tensor) throws -> [Float] {
    let constant = try Constant(name: "c", tensor: tensor)
    return [Float](unsafeUninitializedCapacity: constant.count) { buffer, count in
      buffer.baseAddress.map(constant.write(to:))
      count = constant.count
    }
  }

  @Test("f16, bf16, f64 and f32 are converted, at odd addresses too")
  func types() throws {
    let numbers: [Float] = [0, -1.5, 0.25, 1024, -0.0078125, .infinity]
    for shift in [0, 1] {
      let cases: [(UInt32, Int, (Float) -> [UInt8])] = [
        (STH_DTYPE_F32, 4, { withUnsafeBytes(of: $0.bitPattern) { Array($0) } }),
        (STH_DTYPE_F16, 2, { withUnsafeBytes(of: Float16($0).bitPattern) { Array($0) } }),
        (STH_DTYPE_BF16, 2, { withUnsafeBytes(of: UInt16($0.bitPattern >> 16)) { Array($0) } }),
        (STH_DTYPE_F64, 8, { withUnsafeBytes(of: Double($0).bitPattern) { Array($0) } }),
      ]
      for (dtype, bytes, encode) in cases {
        let memory = [UInt8](repeating: 0xEE, count: shift) + numbers.flatMap(encode)
        try memory.withUnsafeBytes { (raw: UnsafeRawBufferPointer) throws in
          let tensor = sth_tensor.dense(
            raw.baseAddress.map { $0 + shift }, dims: [numbers.count], dtype: dtype, elementBytes: bytes)
          #expect(try read(tensor) == numbers, "dtype \(dtype), shifted by \(shift)")
        }
      }
    }
  }

  @Test("transposed and repeated views are read through their strides")
  func strides() throws {
    let memory: [Float] = [1, 2, 3, 4, 5, 6]
    try memory.withUnsafeBytes { (raw: UnsafeRawBufferPointer) throws in
      var tensor = sth_tensor.dense(raw.baseAddress, dims: [3, 2], dtype: STH_DTYPE_F32, elementBytes: 4)
      (tensor.stride_bytes.0, tensor.stride_bytes.1) = (4, 12)
      #expect(try read(tensor) == [1, 4, 2, 5, 3, 6])
      (tensor.stride_bytes.0, tensor.stride_bytes.1) = (0, 4)
      #expect(try read(tensor) == [1, 2, 1, 2, 1, 2])
    }
  }

  @Test("integers, scalars, nothing, and more than can be are refused by name")
  func refusals() {
    var number: Float = 1
    withUnsafeBytes(of: &number) { raw in
      func message(_ change: (inout sth_tensor) -> Void) -> String {
        var tensor = sth_tensor.dense(raw.baseAddress, dims: [1, 1], dtype: STH_DTYPE_F32, elementBytes: 4)
        change(&tensor)
        do throws(GraphError) {
          _ = try Constant(name: "w", tensor: tensor)
          return "accepted"
        } catch {
          return error.description
        }
      }
      #expect(message { _ in } == "accepted")
      #expect(message { $0.dtype = STH_DTYPE_I8 }.contains("constant 'w': element type 5 is not a float type"))
      #expect(message { $0.rank = 0 } == "constant 'w': rank 0 is not in 1...8")
      #expect(message { $0.rank = 9 } == "constant 'w': rank 9 is not in 1...8")
      #expect(message { $0.data = nil } == "constant 'w': data is NULL")
      #expect(message { $0.dims.0 = 0 }.contains("an extent of 0"))
      #expect(message { $0.stride_bytes.1 = -4 }.contains("a stride of -4 bytes"))
      #expect(message { ($0.dims.0, $0.dims.1) = (1 << 30, 1 << 30) } == "constant 'w': more than 2^31 - 1 elements")
      #expect(message { $0.dims.1 = .max }.contains("an extent of 9223372036854775807"))
    }
  }
}
