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

  @Test("only dense float32 is read where it lies")
  func dense() throws {
    let memory = [Float](repeating: 0.5, count: 12)
    try memory.withUnsafeBytes { (raw: UnsafeRawBufferPointer) throws in
      func isRead(_ change: (inout sth_tensor) -> Void) throws -> Bool {
        var tensor = sth_tensor.dense(raw.baseAddress, dims: [3, 1, 2], dtype: STH_DTYPE_F32, elementBytes: 4)
        change(&tensor)
        let floats = try Constant(name: "c", tensor: tensor).denseFloats
        #expect(floats == nil || UnsafeRawPointer(floats) == tensor.data)
        return floats != nil
      }
      #expect(try isRead { _ in })
      #expect(try isRead { $0.stride_bytes.1 = 77 }, "the stride of a single row means nothing")
      #expect(try !isRead { ($0.stride_bytes.0, $0.stride_bytes.2) = (4, 12) })
      #expect(try !isRead { $0.stride_bytes.0 = 0 })
      #expect(try !isRead { $0.dtype = STH_DTYPE_BF16 })
      #expect(try !isRead { $0.data = $0.data.map { $0 + 2 } })
    }
  }

  @Test("weights and biases are packed alike whatever they are stored as")
  func packing() throws {
    let weights: [Double] = (0..<540).map { Double($0 % 17) / 8 - 1 }
    let biases: [Double] = (0..<20).map { Double($0 % 3) / 4 - 0.25 }
    func bits(_ dtype: UInt32, _ bytes: Int, _ weights: UnsafeRawPointer?, _ biases: UnsafeRawPointer?) throws
      -> [UInt32]
    {
      let graph = ComputeGraph(name: "net", engine: try Engines.make())
      let weight = try graph.constant(
        "w", .dense(weights, dims: [20, 3, 3, 3], dtype: dtype, elementBytes: bytes))
      let bias = try graph.constant("b", .dense(biases, dims: [20], dtype: dtype, elementBytes: bytes))
      try graph.output(try graph.conv2d(try graph.input("x", channels: 3), weight: weight, bias: bias))
      let plan = try graph.compile([sth_size(h: 9, w: 20)])
      let picture = Picture(OracleTensor(c: 3, h: 9, w: 20) { Double($0 + $1) - Double($2) / 4 })
      let result = Picture(c: 20, h: 7, w: 18)
      try plan.run(inputs: [picture.image], outputs: [result.image])
      return result.bits
    }
    let singles = try bits(STH_DTYPE_F32, 4, weights.map { Float($0) }, biases.map { Float($0) })
    #expect(try bits(STH_DTYPE_F64, 8, weights, biases) == singles)
    #expect(try bits(STH_DTYPE_F16, 2, weights.map { Float16($0) }, biases.map { Float16($0) }) == singles)
    #expect(try bits(STH_DTYPE_F32, 4, weights.map { Float($0) }, [Float](repeating: 0, count: 20)) != singles)
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
