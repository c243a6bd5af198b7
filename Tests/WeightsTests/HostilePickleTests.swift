// Pickles that want to run code, never end, or promise what is not there; in both containers where it matters.

import Foundation
import TestFolders
import Testing
import Weights

@Suite("Hostile pickles")
struct HostilePickleTests {
  typealias Case = HostileSafetensorsTests.Case
  typealias P = ForgedPickle

  static func zip(_ object: [UInt8]) -> [UInt8] { ForgedZip.torch(P.program(object)).bytes }

  static func tensor(
    _ storage: [UInt8] = P.storage(count: 4), offset: Int = 0, shape: [Int], strides: [Int]
  ) -> [UInt8] {
    zip(P.dictionary([("t", P.tensor(storage: storage, offset: offset, shape: shape, strides: strides))]))
  }

  @Test("the forge makes files that load")
  func honest() throws {
    let scratch = try Scratch()
    let object = P.dictionary([("t", P.tensor(storage: P.storage(count: 4), shape: [2, 2], strides: [1, 2]))])
    #expect(try scratch.open(Self.zip(object)).tensors.map(\.shape) == [[2, 2]])
    #expect(try scratch.open(ForgedLegacy.file(object)).tensors.map(\.shape) == [[2, 2]])
    let part = P.storage(count: 4, extra: [P.tuple([P.text("v"), P.int(1), P.int(2)])])
    let view = P.dictionary([("t", P.tensor(storage: part, shape: [2], strides: [1]))])
    let numbers: [Float] = [1, 2, 3, 4]
    let storage = le(Int64(4)) + numbers.flatMap { le($0.bitPattern) }
    #expect(try scratch.open(ForgedLegacy.file(view, storages: [storage])).tensors.first?.floats() == [2, 3])
  }

  static let code: [Case] = [
    Case(
      "os.system", zip(P.global("os", "system") + P.tuple([P.text("id")]) + P.op("R")), .refused,
      says: "refuses to run 'os.system'"),
    Case("builtins.eval", zip(P.global("builtins", "eval")), .refused, says: "refuses to run 'builtins.eval'"),
    Case(
      "a name of torch that loads more", zip(P.global("torch.storage", "_load_from_bytes")), .refused,
      says: "_load_from_bytes"),
    Case("an object made by NEWOBJ", zip(P.op("}") + P.op(")") + [0x81]), .refused, says: "pickle opcode 0x81"),
    Case("an object made by INST", zip(P.op("(") + Array("ios\nsystem\n".utf8)), .refused, says: "pickle opcode 0x69"),
    Case("a name from the stack", zip(P.text("os") + P.text("system") + [0x93]), .refused, says: "pickle opcode 0x93"),
    Case(
      "a module by persistent id", zip(P.tuple([P.text("module"), P.op("N")]) + P.op("Q")), .refused,
      says: "pickled module"),
    Case("attributes of a list", zip(P.op("]") + P.op("}") + P.op("b")), .refused, says: "attributes"),
    Case("a control character in a name", zip(P.global("o\rs", "x")), .refused, says: "'o\\u{d}s.x'"),
    Case("calling a tensor type", zip(P.global("torch", "FloatStorage") + P.op(")") + P.op("R")), says: "calls a type"),
    Case("calling a number", zip(P.int(1) + P.op(")") + P.op("R")), says: "no whitelisted function"),
  ]

  @Test("code is refused by name, and both containers agree", arguments: code)
  func runsNoCode(hostile: Case) throws { try expectComplaint(hostile) }

  @Test("what PyTorch itself pickled with code in it is refused")
  func refusedFixtures() throws {
    let expected: [(String, WeightsError.Kind, String)] = [
      ("evil_zip.pth", .refused, "'posix.system'"), ("evil_legacy.pth", .refused, "'posix.system'"),
      ("whole_module_zip.pth", .refused, "'torch.nn.modules.container.Sequential'"),
      ("uint16_zip.pth", .refused, "'torch.uint16'"), ("protocol4_zip.pth", .unsupported, "pickle protocol 4"),
    ]
    for (name, kind, says) in expected {
      let error = #expect(throws: WeightsError.self) { try WeightFile.open(path: Fixtures.path(name)) }
      #expect(error?.kind == kind)
      #expect(error?.description.contains(says) == true, "\(String(describing: error))")
      #expect(error?.isOneLine == true)
    }
  }

  static let stack: [Case] = [
    Case("an empty pickle", ForgedZip.torch([0x80, 2, 0x2E]).bytes, says: "empty stack"),
    Case("a pickle without an end", ForgedZip.torch([0x80, 2, 0x4E]).bytes, says: "its data.pkl ends too early"),
    Case("bytes behind the end", ForgedZip.torch([0x80, 2, 0x4E, 0x2E, 0]).bytes, says: "goes on after its end"),
    Case("no mark", zip(P.op("t")), says: "empty stack"),
    Case("a pop below the mark", zip(P.op("N") + P.op("(") + [0x85]), says: "empty stack"),
    Case("a memo that is not there", zip(P.op("h") + [9]), says: "remembers what it never saw"),
    Case("a text of 4 GiB", zip(P.op("X") + le(UInt32.max)), says: "ends too early (4294967295 bytes wanted"),
    Case("an integer of a billion bytes", zip([0x8B] + le(Int32(1_000_000_000))), says: "ends too early"),
    Case("an integer of -1 bytes", zip([0x8B] + le(Int32(-1))), says: "ends too early"),
    Case("a name without an end", zip(Array("cos".utf8)), says: "line without an end"),
    Case("a key without a value", zip(P.op("}") + P.op("(") + P.op("N") + P.op("u")), says: "key without a value"),
    Case("items of a number", zip(P.int(1) + P.op("N") + P.op("a")), says: "no list"),
  ]

  static let cycles: [Case] = [
    Case(
      "a dictionary that holds itself", zip(P.op("}") + P.op("q") + [0] + P.text("a") + P.op("h") + [0] + P.op("s")),
      says: "hold themselves"),
    Case(
      "a list that holds itself", zip(P.op("]") + P.op("q") + [0] + P.op("h") + [0] + P.op("a")),
      says: "hold themselves"),
    Case(
      "tuples nested a million deep", zip(P.op("N") + [UInt8](repeating: 0x85, count: 1_000_000)),
      says: "nested deeper than 48"),
    Case(
      "two million marks", zip([UInt8](repeating: 0x28, count: 2_500_000)), says: "more objects than its size allows"),
    Case("a tree without end made of few lists", zip(billionLaughs), says: "unfold to more than its size allows"),
    Case("a dictionary copied a hundred thousand times", zip(copies), says: "more objects than its size allows"),
    Case(
      "a name without end",
      zip(
        P.dictionary([
          (String(repeating: "k", count: 1100), P.tensor(storage: P.storage(count: 4), shape: [4], strides: [1]))
        ])),
      says: "longer than 1024 bytes"),
  ]

  /// Forty lists, each holding the one before it ten times.
  static let billionLaughs: [UInt8] = (1...40).reduce(P.op("]") + P.op("q") + [0]) { bytes, level in
    bytes + P.op("]") + P.op("(") + (0..<10).flatMap { _ in P.op("h") + [UInt8(level - 1)] } + P.op("e") + P.op("q") + [
      UInt8(level)
    ]
  }

  /// A list of ten thousand pairs, made into a dictionary again and again.
  static let copies: [UInt8] = {
    let pair = P.op("]") + P.op("(") + P.op("N") + P.op("N") + P.op("e") + P.op("q") + [1] + P.op("0")
    let list =
      P.op("]") + P.op("(") + (0..<10_000).flatMap { _ in P.op("h") + [1] } + P.op("e") + [0x85] + P.op("q") + [2]
    let copy = P.global("collections", "OrderedDict") + P.op("h") + [2] + P.op("R") + P.op("0")
    return pair + list + (0..<1000).flatMap { _ in copy }
  }()

  static let shapes: [Case] = [
    Case(
      "a tensor past its storage", tensor(shape: [5], strides: [1]), says: "tensor 't': its elements reach past the end"
    ),
    Case("an offset past the storage", tensor(offset: 4, shape: [1], strides: [1]), says: "reach past the end"),
    Case("strides past the storage", tensor(shape: [2, 2], strides: [3, 1]), says: "reach past the end"),
    Case("strides that overflow", tensor(shape: [3, 2], strides: [.max, .max]), says: "reach past the end"),
    Case("an offset of 2^63 - 1", tensor(offset: .max, shape: [1], strides: [1]), says: "reach past the end"),
    Case(
      "an offset past the storage, without elements", tensor(offset: 5, shape: [0], strides: [1]),
      says: "reach past the end"),
    Case("a negative offset", tensor(offset: -1, shape: [1], strides: [1]), says: "negative"),
    Case("a negative stride", tensor(offset: 3, shape: [2], strides: [-1]), says: "negative"),
    Case("a negative extent", tensor(shape: [-1, -1], strides: [1, 1]), says: "negative"),
    Case("an extent of -2^63", tensor(shape: [.min], strides: [.min]), says: "negative"),
    Case("four bytes repeated 2^62 times", tensor(shape: [1 << 62], strides: [0]), says: "more than the file can hold"),
    Case(
      "four bytes repeated a million times", tensor(shape: [1000, 1000], strides: [0, 0]),
      says: "more than the file can hold"),
    Case("nothing, 2^62 times", tensor(shape: [0, 1 << 62], strides: [1, 1]), says: "more than the file can hold"),
    Case("fewer strides than extents", tensor(shape: [1, 1], strides: [1]), says: "2 dimensions and 1 strides"),
    Case(
      "65 dimensions", tensor(shape: [Int](repeating: 1, count: 65), strides: [Int](repeating: 1, count: 65)),
      says: "65 dimensions"),
    Case(
      "a storage larger than its bytes", tensor(P.storage(count: 5), shape: [5], strides: [1]),
      says: "should hold 5 elements"),
    Case(
      "a storage of 2^62 elements", tensor(P.storage(count: 1 << 62), shape: [1], strides: [1]), says: "should hold"),
    Case(
      "a storage of -1 elements", tensor(P.storage(count: -1), shape: [1], strides: [1]),
      says: "without a type or a size"),
    Case(
      "a storage that is not there", tensor(P.storage(key: "../data.pkl", count: 1), shape: [1], strides: [1]),
      says: "is missing"),
    Case(
      "many tensors that each repeat four bytes",
      zip(
        P.dictionary(
          (0..<40).map { ("t\($0)", P.tensor(storage: P.storage(count: 4), shape: [100, 1000], strides: [0, 0])) })),
      says: "more than 16 times"),
    Case(
      "two tensors of one name",
      zip(
        P.dictionary([
          ("a.b", P.tensor(storage: P.storage(count: 4), shape: [1], strides: [1])),
          ("a", P.dictionary([("b", P.tensor(storage: P.storage(count: 4), shape: [1], strides: [1]))])),
        ])), says: "two tensors are named 'a.b'"),
  ]

  @Test("a lie gives one line that names it", arguments: stack + cycles + shapes)
  func refused(hostile: Case) throws { try expectComplaint(hostile) }

  @Test("strides of axes of one element may be anything, even 2^63 - 1")
  func irrelevantStrides() throws {
    let file = try Scratch().open(Self.tensor(shape: [1, 2, 1, 2], strides: [.max, 2, .max, 1]))
    #expect(file.tensors.first?.isContiguous == true)
    #expect(try file.tensors.first?.floats() == [0, 0, 0, 0])
    let strided = try Scratch().open(Self.tensor(shape: [1, 2, 1, 2], strides: [.max, 1, .max, 2]))
    #expect(try strided.tensors.first?.floats().count == 4)
  }
}
