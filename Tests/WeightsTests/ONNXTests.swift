// What the onnx package wrote is read as it wrote it. Fixtures/make_onnx_fixtures.py made the files and what is expected of them.

import Foundation
import TestFolders
import Testing
import Weights

@Suite("ONNX")
struct ONNXTests {
  struct Expected: Decodable {
    let tensors: [Tensor]
    let graph: JSON

    struct Tensor: Decodable {
      let name: String
      let type: String
      let shape: [Int]
      let values: [Double]
    }
  }

  static let files = ["types.onnx", "network.onnx"]

  @Test("every type of number, and the tensors of attributes, under names of their own", arguments: files)
  func tensors(name: String) throws {
    let expected = try #require(try Fixtures.decode([String: Expected].self, from: "onnx.json")[name])
    let file = try WeightFile.open(path: Fixtures.path(name))
    #expect(file.format == .onnx)
    #expect(file.tensors.map(\.name) == expected.tensors.map(\.name))
    for (tensor, oracle) in zip(file.tensors, expected.tensors) {
      #expect(tensor.elementType.rawValue == oracle.type, "\(tensor.name)")
      #expect(tensor.shape == oracle.shape, "\(tensor.name)")
      #expect(tensor.numbers == oracle.values, "\(tensor.name)")
    }
  }

  @Test("what the nodes do is JSON in the metadata, beside what people said about the model", arguments: files)
  func graph(name: String) throws {
    let expected = try #require(try Fixtures.decode([String: Expected].self, from: "onnx.json")[name])
    let file = try WeightFile.open(path: Fixtures.path(name))
    let text = try #require(file.metadata["onnx.graph"])
    #expect(try JSON(text) == expected.graph, "\(text)")
    if name == "network.onnx" {
      #expect(file.metadata["onnx.meta.model_license"] == "MIT" && file.metadata["onnx.meta.model_author"] == "nobody")
      #expect(file.metadata["onnx.doc"] == "A \"test\"\n")
    }
  }

  @Test("a copy in safetensors has the same tensors and the same metadata", arguments: files)
  func roundTrip(name: String) throws {
    let scratch = try Scratch()
    let file = try WeightFile.open(path: Fixtures.path(name))
    try SafetensorsWriter.write(file.tensors, metadata: file.metadata, to: scratch.path("copy.safetensors"))
    let copy = try WeightFile.open(path: scratch.path("copy.safetensors"))
    #expect(copy.metadata == file.metadata)
    #expect(copy.tensors.count == file.tensors.count)
    for tensor in file.tensors {
      let twin = try #require(copy.tensor(named: tensor.name))
      #expect(twin.elementType == tensor.elementType && twin.shape == tensor.shape)
      #expect(twin.contiguousBytes() == tensor.contiguousBytes(), "\(tensor.name)")
    }
  }

  @Test("the content tells the format, and the ending does where the content is cut short")
  func recognition() throws {
    let scratch = try Scratch()
    let bytes = try Fixtures.bytes("network.onnx")
    #expect(try scratch.open(bytes, name: "network.bin").format == .onnx)
    // Before the graph begins there is nothing to know it by but its name.
    #expect(throws: WeightsError.self) { try scratch.open(Array(bytes.prefix(6)), name: "network.bin") }
    do {
      _ = try scratch.open(Array(bytes.prefix(6)), name: "network.onnx")
      Issue.record("half a file was accepted")
    } catch let error as WeightsError {
      #expect(error.description.contains("its protobuf ends too early"), "\(error)")
    }
  }
}

extension NamedTensor {
  /// The elements as 64-bit floats, whatever their type.
  var numbers: [Double] {
    let bytes = contiguousBytes()
    return bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: elementType.byteCount).map { offset -> Double in
        switch elementType {
        case .float32: Double(raw.loadUnaligned(fromByteOffset: offset, as: Float.self))
        case .float64: raw.loadUnaligned(fromByteOffset: offset, as: Double.self)
        case .float16: NamedTensor.half(raw.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
        case .bfloat16:
          Double(Float(bitPattern: UInt32(raw.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) << 16))
        case .int64: Double(raw.loadUnaligned(fromByteOffset: offset, as: Int64.self))
        case .int32: Double(raw.loadUnaligned(fromByteOffset: offset, as: Int32.self))
        case .int16: Double(raw.loadUnaligned(fromByteOffset: offset, as: Int16.self))
        case .int8: Double(raw.loadUnaligned(fromByteOffset: offset, as: Int8.self))
        case .uint8, .bool: Double(raw[offset])
        }
      }
    }
  }

  /// A finite binary16 number.
  private static func half(_ bits: UInt16) -> Double {
    let exponent = Int(bits >> 10 & 31)
    let fraction = Double(bits & 0x3FF) / 1024
    let magnitude =
      exponent == 0 ? fraction * 0x1p-14 : Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }
}
