// ONNX files that lie, and what is said about each.

import TestFolders
import Testing
import Weights

@Suite("Hostile ONNX files")
struct HostileONNXTests {
  typealias Case = HostileSafetensorsTests.Case
  typealias O = ForgedONNX

  static let honest = O.model(
    O.initializer(O.tensor()) + O.input("x") + O.node("Add", ["x", "t"], ["y"]) + O.output("y"))

  static func holding(_ tensor: [UInt8]) -> [UInt8] { O.model(O.initializer(tensor)) }
  static func having(_ attribute: [UInt8]) -> [UInt8] { O.model(O.node("Odd", [], ["y"], [attribute])) }

  @Test("the forge makes files that load")
  func honestFile() throws {
    let file = try Scratch().open(Self.honest)
    #expect(file.format == .onnx && file.tensors.map(\.shape) == [[2]])
    #expect(file.metadata["onnx.graph"]?.contains(#""in":["x","t"]"#) == true)
  }

  static let graphs: [Case] = [
    Case(
      "nodes in a circle", O.model(O.node("A", ["b"], ["a"]) + O.node("B", ["a"], ["b"])),
      says: "node 'the A' (A) uses 'b'"),
    Case("a node that uses itself", O.model(O.node("A", ["a"], ["a"])), says: "form a cycle or are out of order"),
    Case(
      "a value made twice", O.model(O.node("A", [], ["a"]) + O.node("B", [], ["a"])), says: "node 'the B' (B) makes 'a'"
    ),
    Case("a node that makes an input", O.model(O.input("x") + O.node("A", [], ["x"])), says: "which there is already"),
    Case("an output nobody makes", O.model(O.output("y")), says: "nothing in it makes its output 'y'"),
    Case("two inputs of one name", O.model(O.input("x") + O.input("x")), says: "two inputs are named 'x'"),
    Case(
      "two attributes of one name",
      O.model(O.node("A", [], [], [O.attribute("k", type: 2), O.attribute("k", type: 2)])), says: "two attributes 'k'"),
    Case(
      "an attribute that is no number", having(O.attribute("alpha", type: 1, [0x15] + le(Float.nan.bitPattern))),
      says: "node 'the Odd' (Odd) has the attribute 'alpha', which is not a number"),
    Case("no graph", O.int(1, 8) + O.bytes(7, []) + O.bytes(14, [0xFF]), says: "cannot be decoded"),
    Case(
      "600,000 empty nodes", O.model([[UInt8]](repeating: [0x0A, 0], count: 600_000).flatMap { $0 }), .unsupported,
      says: "more than 500000 nodes"),
    Case(
      "600,000 empty attributes", O.model(O.bytes(1, [[UInt8]](repeating: [0x2A, 0], count: 600_000).flatMap { $0 })),
      .unsupported, says: "more than 500000 nodes"),
  ]

  static let attributes: [Case] = [
    Case(
      "an attribute of no type", having(O.text(1, "k")), .unsupported, says: "attribute 'k' of a type that is not read"),
    Case("an attribute of type 99", having(O.attribute("k", type: 99)), .unsupported, says: "node 'the Odd' (Odd)"),
    Case("a list of tensors", having(O.attribute("k", type: 9)), .unsupported, says: "of a type that is not read"),
    Case("a sparse tensor", having(O.attribute("k", type: 11)), .unsupported, says: "of a type that is not read"),
    Case("sparse initializers", O.model(O.bytes(15, [])), .unsupported, says: "sparse tensors"),
    Case(
      "a tensor attribute that lies", having(O.attribute("k", type: 4, O.bytes(5, O.tensor(dims: [3])))),
      says: "tensor 'y': its 2 numbers do not fill its shape [3]"),
  ]

  static let tensors: [Case] = [
    Case("2^40 elements", holding(O.tensor(dims: [1 << 40])), says: "tensor 't': its 2 numbers do not fill"),
    Case("2^40 elements in no field", holding(O.tensor(dims: [1 << 40], raw: nil)), says: "its 0 numbers do not fill"),
    Case("a shape that overflows", holding(O.tensor(dims: [1 << 40, 1 << 40])), says: "cannot be"),
    Case("a huge shape without elements", holding(O.tensor(dims: [0, 1 << 62], raw: nil)), says: "promises more"),
    Case("a negative extent", holding(O.tensor(dims: [-2])), says: "cannot be"),
    Case("two negative extents", holding(O.tensor(dims: [-1, -2])), says: "cannot be"),
    Case(
      "numbers that end early", holding(O.tensor(raw: [0, 0, 0, 0])), says: "its 1 numbers do not fill its shape [2]"),
    Case("half a number too many", holding(O.tensor(raw: [UInt8](repeating: 0, count: 9))), says: "do not fill"),
    Case(
      "a long shape", holding(O.tensor(dims: [Int64](repeating: 1, count: 65), raw: [0, 0, 0, 0])),
      says: "65 dimensions"),
    Case("float8", holding(O.tensor(type: 17)), .unsupported, says: "its type float8 is not read"),
    Case("int4", holding(O.tensor(type: 22)), .unsupported, says: "its type int4 is not read"),
    Case("texts", holding(O.tensor(type: 8)), .unsupported, says: "its type string is not read"),
    Case("type 1000", holding(O.tensor(type: 1000)), .unsupported, says: "its type type 1000 is not read"),
    Case(
      "numbers in another file", holding(O.tensor(raw: nil, more: O.int(14, 1))), .unsupported, says: "in another file"),
    Case(
      "two of one name", O.model(O.initializer(O.tensor()) + O.initializer(O.tensor())),
      says: "two tensors are named 't'"),
    Case("no name", holding(O.tensor("")), says: "has no name"),
  ]

  static let wire: [Case] = [
    Case("a graph of 4 GB", O.int(1, 8) + O.bytes(7, [], length: 1 << 32), says: "4294967296 bytes wanted"),
    Case("a graph of 2^64 - 1 bytes", O.int(1, 8) + O.bytes(7, [], length: .max), says: "ends too early"),
    Case("a node of 4 GB", O.model(O.bytes(1, [], length: 1 << 32)), says: "4294967296 bytes wanted"),
    Case("a name of 4 GB", O.model(O.bytes(1, O.bytes(3, [], length: 1 << 32))), says: "4294967296 bytes wanted"),
    Case("a tensor of 4 GB", holding(O.bytes(9, [], length: 1 << 32)), says: "cannot be decoded"),
    Case(
      "a number without an end", O.int(1, 8) + O.bytes(7, []) + [UInt8](repeating: 0xFF, count: 12),
      says: "number without an end"),
    Case("half a file", Array(honest.prefix(honest.count / 2)), says: "ends too early"),
    Case("a field of number 0", O.model(O.bytes(0, [])), says: "a field without a number"),
    Case("an old group", O.model([0x0B, 0x0C]), says: "a field of an unknown kind"),
    Case(
      "100,000 groups in a tensor", holding([[UInt8]](repeating: [0x9B, 0x06], count: 100_000).flatMap { $0 }),
      says: "cannot be decoded"),
    Case("a name that is no UTF-8", O.model(O.bytes(1, O.bytes(4, [0xC3, 0x28]))), says: "cannot be decoded"),
  ]

  @Test("whatever lies is refused in one line", arguments: graphs + attributes + tensors + wire)
  func refuses(hostile: Case) throws { try expectComplaint(hostile) }

  @Test("subgraphs a million deep are not looked into")
  func subgraphs() throws {
    // Each level says that the rest of the file is a graph in an attribute of a node in it.
    let deep = [[UInt8]](repeating: [0x0A, 0x7F, 0x2A, 0x7F, 0x32, 0x7F], count: 200_000).flatMap { $0 }
    let file = try Scratch().open(Self.having(O.attribute("body", type: 5, O.bytes(6, deep))))
    #expect(file.metadata["onnx.graph"]?.contains(#""attr":{"body":{"graph":true}}"#) == true)
  }
}
