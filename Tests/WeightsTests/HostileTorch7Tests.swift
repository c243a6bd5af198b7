// .t7 files that lie, go on for ever or want to be something else, and what is said about each.

import Testing
import Weights

@Suite("Hostile .t7 files")
struct HostileTorch7Tests {
  typealias Case = HostileSafetensorsTests.Case
  typealias T = ForgedTorch7

  static func holding(_ tensor: [UInt8]) -> [UInt8] { T.module("nn.Linear", [("weight", tensor)]) }

  /// Modules in modules, each the only child of the one before.
  static func nest(_ depth: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    for level in 0..<depth {
      let index = 100 + 3 * level
      bytes += T.object(index, "nn.Sequential") + T.i(3) + T.i(index + 1) + T.i(1) + T.text("modules")
      bytes += T.i(3) + T.i(index + 2) + T.i(1) + T.number(1)
    }
    return [4, 0, 0, 0, 1, 0, 0, 0] + T.words("V 1") + T.words("nn.Sequential") + T.i(3) + T.i(2) + T.i(1)
      + T.text("modules") + T.i(3) + T.i(3) + T.i(1) + T.number(1) + bytes + T.nothing
  }

  /// Twenty-six containers, each holding the next one four times: small, and 4^26 modules when it is unfolded.
  static let bomb: [UInt8] = {
    func container(_ level: Int32) -> [UInt8] {
      let index = 1 + 3 * level
      let again = T.i(4) + T.i(index + 3)
      let child = level == 25 ? T.module("nn.ReLU", [], index: index + 3) : container(level + 1)
      return T.object(index, "nn.Sequential") + T.i(3) + T.i(index + 1) + T.i(1) + T.text("modules") + T.i(3)
        + T.i(index + 2) + T.i(4) + T.number(1) + child + [2, 3, 4].flatMap { T.number($0) + again }
    }
    return container(0)
  }()

  static let cases: [Case] = [
    Case("a class of someone else", T.object(1, "os.Execute") + T.nothing, .unsupported, says: "class 'os.Execute'"),
    Case("a tensor of no type", T.object(1, "torch.QuantumTensor"), .unsupported, says: "'torch.QuantumTensor'"),
    Case("a module without fields", T.object(1, "nn.ReLU") + T.nothing, says: "has no table of fields"),
    Case("a module whose fields are itself", T.object(1, "nn.ReLU") + T.i(4) + T.i(1), says: "has no table of fields"),
    Case("no module", T.table(1, [("x", T.number(1))]), .unsupported, says: "no module of nn"),
    Case("an object of type 9", T.table(1, [("x", T.i(9))]), says: "unknown type 9 at byte"),
    Case("something after the end", T.module("nn.ReLU", []) + [0], says: "goes on after the end"),
    Case("half a number", T.module("nn.ReLU", [("x", T.i(1) + [0, 0])]), says: "ends too early"),
    Case("a text of 2 GB", T.module("nn.ReLU", [("x", T.i(2) + T.i(.max))]), says: "ends too early"),
    Case("a text of a negative length", T.module("nn.ReLU", [("x", T.i(2) + T.i(-1))]), says: "ends too early"),
    Case("a function of 2 GB", T.module("nn.ReLU", [("x", T.i(6) + T.i(.max))]), says: "ends too early"),
    Case("a table of 2^31 entries", T.table(1, [], count: .max), says: "promises 2147483647 entries"),
    Case("a table of -1 entries", T.table(1, [], count: -1), says: "promises -1 entries"),
    Case(
      "a module that holds itself",
      T.module("nn.Sequential", [("modules", T.i(3) + T.i(7) + T.i(1) + T.number(1) + T.i(4) + T.i(1))]),
      says: "hold themselves"),
    Case("modules 52 deep", nest(51), says: "deeper than 48"),
    Case("modules 10,000 deep", nest(10_000), says: "nested deeper than 160"),
    Case("a table that holds itself", T.table(1, [("x", T.i(3) + T.i(1))]), says: "hold themselves"),
    Case("modules that unfold to 4^26", bomb, says: "unfold to more"),
    Case("the text form", Array("4\n1\n3\nV 1\n13\nnn.Sequential\n".utf8), .unsupported, says: "text form"),
  ]

  static let tensors: [Case] = [
    Case("2^40 elements", holding(T.tensor(shape: [1 << 40], strides: [1])), says: "tensor 'weight': its shape"),
    Case("2^40 elements of stride 0", holding(T.tensor(shape: [1 << 40], strides: [0])), says: "promises more"),
    Case(
      "a shape that overflows", holding(T.tensor(shape: [1 << 40, 1 << 40], strides: [0, 0])), says: "promises more"),
    Case("a negative extent", holding(T.tensor(shape: [-2], strides: [1])), says: "negative"),
    Case("a negative stride", holding(T.tensor(shape: [2], strides: [-1])), says: "negative"),
    Case("an offset of 0", holding(T.tensor(shape: [2], strides: [1], offset: 0)), says: "negative"),
    Case("an offset of -2^63", holding(T.tensor(shape: [2], strides: [1], offset: .min)), says: "before its storage"),
    Case(
      "an offset past the end", holding(T.tensor(shape: [2], strides: [1], offset: 2)), says: "past the end of its 8"),
    Case("a stride past the end", holding(T.tensor(shape: [2], strides: [2])), says: "past the end of its 8"),
    Case(
      "2^31 dimensions", holding(T.tensor(shape: [], strides: [], rank: .max)), says: "promises 2147483647 dimensions"),
    Case("-1 dimensions", holding(T.tensor(shape: [], strides: [], rank: -1)), says: "promises -1 dimensions"),
    Case("no storage", holding(T.tensor(shape: [2], strides: [1], storage: T.nothing)), says: "no storage of its type"),
    Case(
      "a storage of another type",
      holding(T.tensor(shape: [1], strides: [1], storage: T.object(12, "torch.LongStorage") + T.q(1) + T.q(1))),
      says: "no storage of its type"),
    Case(
      "a tensor that is its own storage",
      holding(T.tensor(shape: [1], strides: [1], storage: T.i(4) + T.i(11))), says: "no storage of its type"),
    Case(
      "a storage of 2^62 elements",
      holding(T.tensor(shape: [1], strides: [1], storage: T.object(12, "torch.FloatStorage") + T.q(1 << 62))),
      says: "a storage promises 4611686018427387904 elements"),
    Case(
      "a storage of -1 elements",
      holding(T.tensor(shape: [1], strides: [1], storage: T.object(12, "torch.FloatStorage") + T.q(-1))),
      says: "a storage promises -1 elements"),
  ]

  @Test("whatever lies is refused in one line", arguments: cases + tensors)
  func refuses(hostile: Case) throws { try expectComplaint(hostile) }
}
