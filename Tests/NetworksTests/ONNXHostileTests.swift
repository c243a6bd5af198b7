// Graphs that mean harm: one line each, no crash, no memory, no long wait.
import PluginAPI
import Testing
import Weights

@Suite("Hostile graphs of ONNX")
struct ONNXHostileTests {
  /// What the plugin says of a graph with these nodes, which may read the numbers `n` of a list.
  static func failure(_ nodes: String, numbers: [Int] = [0]) throws -> PluginFailure {
    try withFile(nodes, numbers: numbers) { path in try ONNXPluginTests.failure(path) }
  }

  /// A file with such a graph, for pictures of this shape.
  static func withFile<Result>(
    _ nodes: String, numbers: [Int] = [0], shape: String = #"[1,3,"h","w"]"#, _ body: (String) throws -> Result
  ) throws -> Result {
    try Places.withTemporaryFile { (path) throws in
      let text =
        #"{"opset":{"":13},"inputs":[{"name":"x","type":"f32","shape":\#(shape)}],"outputs":[{"name":"y"}],"nodes":["#
        + nodes + "]}"
      let bytes = numbers.flatMap { withUnsafeBytes(of: Int64($0).littleEndian) { Array($0) } }
      let list = try NamedTensor(name: "n", elementType: .int64, shape: [numbers.count], contents: bytes)
      try SafetensorsWriter.write([list], metadata: ["onnx.graph": text], to: path)
      return try body(path)
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

  /// A list of numbers as a constant.
  static func list(_ name: String, _ numbers: String, _ key: String = "value_ints") -> String {
    node("Constant", [], name, #""\#(key)":[\#(numbers)]"#)
  }

  @Test("A size of 0 lets no others through")
  func zeroSizes() throws {
    let made = Self.node("ConstantOfShape", ["n"], "c")
    let end = Self.node("Add", ["x", "s"], "y")
    for numbers in [[0, 1 << 24, 1 << 24, 1 << 24], [1 << 24, 1 << 20, 0], [0, 1 << 20, 1 << 20]] {
      for step in [
        Self.node("Flatten", ["c"], "s"), Self.node("Transpose", ["c"], "s"), Self.node("ReduceSum", ["c"], "s"),
      ] {
        let failure = try Self.failure("\(made),\(step),\(end)", numbers: numbers)
        #expect(failure.description.contains("more than is folded"))
      }
    }
  }

  @Test("Work on constants comes to an end, though each gives one number")
  func manySums() throws {
    let sums = (0..<40).map { Self.node("ReduceSum", ["c"], "s\($0)", #""keepdims":0"#) }
    let all = Self.node("Sum", (0..<40).map { "s\($0)" }, "s")
    let made = Self.node("ConstantOfShape", ["n"], "c")
    let chain = [made] + sums + [all, Self.node("Add", ["x", "s"], "y")]
    let failure = try Self.failure(chain.joined(separator: ","), numbers: [1 << 22])
    #expect(failure.description.contains("more than are folded"))
  }

  @Test("Numbers that are none are refused")
  func noNumbers() throws {
    let zero = Self.list("z", "0", "value_floats")
    let code = "\(Self.node("QuantizeLinear", ["z", "z"], "q")),\(Self.node("Add", ["x", "q"], "y"))"
    #expect(try Self.failure("\(zero),\(code)").description.contains("a scale is not above 0"))
    let bound = "\(Self.node("Div", ["z", "z"], "q")),\(Self.node("Clip", ["x", "q"], "y"))"
    #expect(try Self.failure("\(zero),\(bound)").description.contains("a bound is no number"))
  }

  @Test(
    "Kernels whose dilation would fill the memory are refused",
    arguments: [
      ([3, 500_000, 3, 3], "ConvTranspose", 341, "reaches over 683x683"),
      ([3, 500_000, 3, 3], "ConvTranspose", 20, "more than is written out"),
      ([3, 3, 3, 3], "Conv", 600, "reaches over"),
    ])
  func wideKernels(shape: [Int], op: String, dilation: Int, words: String) throws {
    let made = Self.node("ConstantOfShape", ["n"], "w")
    let conv = Self.node(op, ["x", "w"], "y", #""dilations":[\#(dilation),\#(dilation)]"#)
    #expect(try Self.failure("\(made),\(conv)", numbers: shape).description.contains(words))
  }

  @Test("Channels picked millions of times, and axes by the hundred, are refused in a short sentence")
  func manyParts() throws {
    let ends = [("a", 0), ("b", 1 << 22), ("o", 1), ("t", 2)].map { name, number in
      Self.node("Constant", [], name, #""value_int":\#(number)"#)
    }
    let picks = [Self.node("Range", ["a", "b", "o"], "r"), Self.node("Mod", ["r", "t"], "g")]
    let taken = [Self.node("Gather", ["x", "g"], "y", #""axis":1"#)]
    let failure = try Self.failure((ends + picks + taken).joined(separator: ","))
    #expect(failure.description.contains("it picks 4194304 times"))
    let more = try Self.failure(Self.node("Unsqueeze", ["x", "n"], "y"), numbers: Array(0..<1000))
    #expect(more.description.contains("a value of 1004 axes"))
    let ones = try Self.failure(Self.node("Reshape", ["x", "n"], "y"), numbers: Array(repeating: 1, count: 1000))
    #expect(ones.description.contains("cannot be reshaped") || ones.description.contains("..."))
    #expect(ones.description.count < 400)
  }

  @Test("A resize whose offset the host has not is refused where it counts")
  func symmetric() throws {
    let scales = Self.list("s", "1,1,0.6,0.7", "value_floats")
    let word = #""coordinate_transformation_mode":"half_pixel_symmetric","mode":"linear""#
    let text = "\(scales),\(Self.node("Resize", ["x", "", "s"], "y", word))"
    #expect(try Self.failure(text).description.contains("'half_pixel_symmetric' is run where"))
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
