// Graphs that mean harm: one line each, no crash, no memory, no long wait.
import PluginAPI
import Testing
import Weights

@Suite("Hostile graphs of ONNX")
struct ONNXHostileTests {
  /// What the plugin says of a graph with these nodes, which may read the numbers `n` of a list.
  static func failure(_ nodes: String, numbers: [Int] = [0]) throws -> PluginFailure {
    try Places.withTemporaryFile { (path) throws in
      let text =
        #"{"opset":{"":13},"inputs":[{"name":"x","type":"f32","shape":[1,3,"h","w"]}],"outputs":[{"name":"y"}],"nodes":["#
        + nodes + "]}"
      let bytes = numbers.flatMap { withUnsafeBytes(of: Int64($0).littleEndian) { Array($0) } }
      let list = try NamedTensor(name: "n", elementType: .int64, shape: [numbers.count], contents: bytes)
      try SafetensorsWriter.write([list], metadata: ["onnx.graph": text], to: path)
      return try ONNXPluginTests.failure(path)
    }
  }

  static func node(_ op: String, _ inputs: [String], _ output: String, _ attributes: String = "") -> String {
    #"{"op":"\#(op)","domain":"","name":"\#(op)","in":[\#(inputs.map { "\"\($0)\"" }.joined(separator: ","))],"#
      + #""out":["\#(output)"],"attr":{\#(attributes)}}"#
  }

  @Test("Constants that would fill the memory are refused before they are made")
  func largeConstants() throws {
    let add = Self.node("Add", ["x", "c"], "y")
    let made = Self.node("ConstantOfShape", ["n"], "c")
    #expect(
      try Self.failure("\(made),\(add)", numbers: [1 << 20, 1 << 20]).description.contains("more than is folded"))
    #expect(try Self.failure("\(made),\(add)", numbers: [1 << 40, -1]).description.contains("more than is folded"))
    let wide = (0..<40).map { Self.node("Concat", ["c\($0)", "c\($0)"], "c\($0 + 1)", #""axis":0"#) }
    let start = Self.node("Identity", ["n"], "c0")
    let chain = ([start] + wide + [Self.node("Add", ["x", "c40"], "y")]).joined(separator: ",")
    #expect(try Self.failure(chain).description.contains("more than are folded"))
  }

  @Test("Maps that grow without end are refused")
  func largeMaps() throws {
    let resizes = (0..<12).map { Self.node("Upsample", ["x\($0)"], "x\($0 + 1)", #""scales":[1,1,1024,1024]"#) }
    let start = Self.node("Identity", ["x"], "x0")
    let chain = [start] + resizes + [Self.node("Relu", ["x12"], "y")]
    #expect(try Self.failure(chain.joined(separator: ",")).description.contains("too large"))
    let copies = (0..<80).map { Self.node("Concat", ["x\($0)", "x\($0)"], "x\($0 + 1)", #""axis":0"#) }
    let doubled = [start] + copies + [Self.node("Relu", ["x80"], "y")]
    #expect(try Self.failure(doubled.joined(separator: ",")).description.contains("too large"))
  }

  @Test("Shapes and bounds beyond all numbers are refused")
  func wildNumbers() throws {
    for numbers in [[Int.max, Int.max], [Int.min, -1], [-1, -1], [0, 0]] {
      for op in ["Reshape", "Expand", "Tile", "Squeeze", "Unsqueeze", "Gather", "Pad"] {
        let text = "\(Self.node(op, ["x", "n"], "t")),\(Self.node("Resize", ["t", "", "", "n"], "y"))"
        #expect(try !Self.failure(text, numbers: numbers).description.contains("\n"))
      }
    }
    let cut = Self.node("Slice", ["x", "n", "n", "n", "n"], "y")
    #expect(try Self.failure(cut, numbers: [Int.min]).description.contains("a step of"))
  }

  @Test("Text in names stays in one line")
  func names() throws {
    let failure = try Self.failure(Self.node("Sharp\\nen\\u0007", ["x"], "y"))
    #expect(failure.description.hasSuffix("node 'Sharp?en?' (Sharp?en?): the operator is not run"))
  }

  @Test("A graph in which a value is read before it is given, and text that is no graph, are refused")
  func disorder() throws {
    let early = "\(Self.node("Relu", ["z"], "y")),\(Self.node("Relu", ["x"], "z"))"
    #expect(try Self.failure(early).description.contains("reads 'z', which no node before it gives"))
    #expect(try Self.failure("}").description.contains("is no graph of an ONNX file"))
  }

  @Test("A hundred thousand steps in a row are no reason to crash")
  func longChain() throws {
    let chain = (0..<100_000).map { Self.node("Relu", ["x\($0)"], "x\($0 + 1)") }
    let text = [Self.node("Identity", ["x"], "x0")] + chain + [Self.node("Sharpen", ["x100000"], "y")]
    #expect(try Self.failure(text.joined(separator: ",")).description.contains("(Sharpen)"))
  }
}
