// Runs a graph of ONNX by itself on numbers by a formula, for tests.
import Foundation
import PluginAPI
import SeededNumbers
import Testing

@testable import Networks
@testable import PluginKit

/// One file of Fixtures/ONNX: a graph from x to y, with the output that is expected.
struct ONNXCase {
  let name: String

  /// All files that make_onnx_cases.py has written.
  static let all: [String] = {
    let folder = Places.fixture("ONNX")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }.sorted()
  }()

  /// The formula of make_onnx_cases.py: numbers of -1...1.
  static func numbers(_ count: Int) -> [Float] {
    (0..<count).map { Float(Double(SeededNumbers.mix(77 &+ UInt32($0))) / 4_294_967_296 * 2 - 1) }
  }

  /// What the graph makes of the formula, and what is expected.
  func run(_ host: TestHost) throws -> (found: [Float], expected: [Float]) {
    let owner = try PluginHost(host.raw)
    let weights = try WeightSet.open(Places.fixture("ONNX/\(name).onnx"), host: owner)
    let text = try #require(try ONNXGraph(weights))
    let extents = try #require(text.inputs.first?.shape).compactMap(\.size)
    let size = ONNXSize(channels: extents[1], height: extents[2], width: extents[3])
    var walk = ONNXWalk(graph: text, weights: weights)
    walk.give("x") { program in ONNXMap(step: program.input("x", size), view: ONNXView(size)) }
    let expected = ONNXTensor(try #require(weights["expected"]))
    let value = try walk.run(to: "y")
    let step = try walk.laid(value, as: expected.shape)
    let builder = try GraphBuilder(host: owner, name: name)
    let built = walk.program(step, in: builder)
    let result = try #require(built)
    let plan = try builder.finish(outputs: result).compile(BuiltGraph.Size(height: size.height, width: size.width))
    let shape = plan.info.output
    #expect(ONNXSize(channels: shape.channels, height: shape.height, width: shape.width) == walk.program.size(step))
    let input = try OwnedImage(host: owner, channels: size.channels, height: size.height, width: size.width)
    let output = try OwnedImage(host: owner, channels: shape.channels, height: shape.height, width: shape.width)
    let numbers = Self.numbers(size.count)
    try input.withImage { (_, target) throws(PluginError) in
      for c in 0..<size.channels {
        for y in 0..<size.height {
          let row = target.row(y, plane: c)
          for x in 0..<size.width { row[x] = numbers[(c * size.height + y) * size.width + x] }
        }
      }
    }
    let found = try input.withImage { (from, _) throws(PluginError) in
      try output.withImage { (image, target) throws(PluginError) in
        try plan.run(from, target)
        return (0..<shape.channels).flatMap { c in (0..<shape.height).flatMap { image.row($0, plane: c) } }
      }
    }
    return (found, expected.floats)
  }
}

extension ONNXWalk {
  /// The step of a value of this shape, whose numbers then lie as ONNX has them.
  fileprivate mutating func laid(_ value: ONNXValue, as shape: [Int]) throws -> Int {
    guard case .map(let map) = value else { throw PluginFailure(status: -1, description: "the output is a constant") }
    #expect(map.view.shape == shape)
    guard shape.count == 4 else { return map.step }
    let node = try #require(graph.nodes.last)
    let call = ONNXCall(node: node, number: 0, version: graph.version, inputs: [value], file: weights)
    return try picture(call, 0)
  }
}
