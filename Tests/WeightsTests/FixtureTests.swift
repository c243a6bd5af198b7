// What PyTorch wrote is read as PyTorch reads it. Fixtures/make_fixtures.py made the files and the numbers.

import Foundation
import Testing
import Weights

@Suite("Files written by PyTorch")
struct FixtureTests {
  struct Expected: Decodable {
    var format: String
    var tensors: [Tensor]

    struct Tensor: Decodable {
      var name: String
      var type: String
      var shape: [Int]
      var strides: [Int]
      var values: [Value]
    }

    /// An integer, or a 64-bit float as text.
    enum Value: Decodable {
      case integer(Int)
      case float(Double)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let integer = try? container.decode(Int.self) {
          self = .integer(integer)
        } else {
          guard let float = Double(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no number")
          }
          self = .float(float)
        }
      }
    }
  }

  static let files = [
    "types_zip.pth", "types_legacy.pth", "types.safetensors", "views_zip.pth", "views_legacy.pth", "checkpoint_zip.pth",
    "checkpoint_legacy.pth", "model_zip.pth", "model_legacy.pth", "alone_zip.pth", "alone_legacy.pth",
    "python2_legacy.pth", "untyped_zip.pth", "wrapped_zip.pth", "wrapped_legacy.pth", "pair_zip.pth", "pair_legacy.pth",
  ]

  @Test("the list of files is complete")
  func listIsComplete() throws {
    let expected = try Fixtures.decode([String: Expected].self, from: "expected.json")
    #expect(Set(expected.keys) == Set(Self.files))
  }

  @Test("names, types, shapes, strides and every number are PyTorch's", arguments: files)
  func agrees(name: String) throws {
    let expected = try #require(try Fixtures.decode([String: Expected].self, from: "expected.json")[name])
    let file = try WeightFile.open(path: Fixtures.path(name))
    #expect(file.format.rawValue == expected.format)
    #expect(file.tensors.map(\.name) == expected.tensors.map(\.name))
    for (tensor, oracle) in zip(file.tensors, expected.tensors) {
      #expect(tensor.elementType.rawValue == oracle.type, "\(tensor.name)")
      #expect(tensor.shape == oracle.shape, "\(tensor.name)")
      #expect(tensor.elementCount == oracle.values.count)
      // PyTorch itself changes the strides of tensors without elements.
      if tensor.elementCount > 0 { #expect(tensor.strides == oracle.strides, "\(tensor.name)") }
      try compare(tensor, oracle.values)
    }
  }

  private func compare(_ tensor: NamedTensor, _ values: [Expected.Value]) throws {
    if tensor.elementType.isFloatingPoint {
      let floats = try tensor.floats()
      #expect(floats.count == values.count)
      for (float, value) in zip(floats, values) {
        guard case .float(let oracle) = value else {
          Issue.record("\(tensor.name) should hold floats")
          return
        }
        #expect(float.bitPattern == Float(oracle).bitPattern, "\(tensor.name): \(float) is not \(oracle)")
      }
    } else {
      let size = tensor.elementType.byteCount
      let bytes = tensor.contiguousBytes()
      for (index, value) in values.enumerated() {
        guard case .integer(let oracle) = value else {
          Issue.record("\(tensor.name) should hold integers")
          return
        }
        let expected = withUnsafeBytes(of: oracle.littleEndian) { Array($0.prefix(size)) }
        #expect(Array(bytes[index * size..<(index + 1) * size]) == expected, "\(tensor.name)[\(index)]")
      }
    }
  }

  @Test("views share the bytes of one storage and are not copied")
  func viewsShare() throws {
    for name in ["views_zip.pth", "views_legacy.pth"] {
      let file = try WeightFile.open(path: Fixtures.path(name))
      let base = try #require(file.tensor(named: "base")).bytes
      let row = try #require(file.tensor(named: "row"))
      let repeated = try #require(file.tensor(named: "repeated"))
      #expect(row.bytes.baseAddress == base.baseAddress.map { $0 + 3 * 6 * 4 })
      #expect(row.isContiguous)
      #expect(!repeated.isContiguous)
      #expect(repeated.strides == [6, 0])
      // Four elements in one column: the span ends with the last one reached.
      #expect(repeated.bytes.count == (3 * 6 + 1) * 4)
    }
  }

  @Test("a tensor outlives the file it came from")
  func outlives() throws {
    func take() throws -> NamedTensor? { try WeightFile.open(path: Fixtures.path("alone_zip.pth")).tensors.first }
    #expect(try take()?.renamed("x").floats() == [1, 2, 3, 4])
  }

  @Test("small values beside the tensors become metadata")
  func metadata() throws {
    for name in ["checkpoint_zip.pth", "checkpoint_legacy.pth"] {
      let metadata = try WeightFile.open(path: Fixtures.path(name)).metadata
      #expect(metadata["epoch"] == "3")
      #expect(metadata["name"] == "wave")
      #expect(metadata["best"] == "0.25")
      #expect(metadata["done"] == "true")
      #expect(metadata["shape.1"] == "2")
      #expect(metadata["optimizer.param_groups.0.lr"] == "0.001")
      #expect(metadata["nothing"] == nil)
    }
    let metadata = try WeightFile.open(path: Fixtures.path("types.safetensors")).metadata
    #expect(metadata == ["style": "wave \u{6CE2}", "quote": "a\"b\\c\n"])
  }

  @Test("integers are no weights, and the error says so in one line")
  func integersAreNoFloats() throws {
    let file = try WeightFile.open(path: Fixtures.path("types_zip.pth"))
    let error = #expect(throws: WeightsError.self) { try file.tensor(named: "i64")?.floats() }
    #expect(error?.kind == .mismatched)
    #expect(error?.description.hasPrefix("cannot read tensor 'i64': it holds i64") == true)
  }

  @Test("parameters are counted without integers")
  func parameters() throws {
    let file = try WeightFile.open(path: Fixtures.path("model_zip.pth"))
    #expect(file.tensor(named: "1.num_batches_tracked")?.elementType == .int64)
    #expect(file.parameterCount == 2 * 3 * 9 + 3 + 4 * 3)
  }

  @Test("every one of the 65,536 half floats is converted exactly")
  func halves() throws {
    let all = (0...UInt16.max).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    for type in [ElementType.float16, .bfloat16] {
      let floats = try NamedTensor(name: "all", elementType: type, shape: [65536], contents: all).floats()
      for (bits, float) in floats.enumerated() {
        let half = UInt16(bits)
        let oracle = type == .float16 ? Float(Float16(bitPattern: half)) : Float(bitPattern: UInt32(half) << 16)
        if oracle.isNaN ? !float.isNaN : float.bitPattern != oracle.bitPattern {
          Issue.record("\(type) \(bits) became \(float), not \(oracle)")
        }
      }
    }
  }
}
