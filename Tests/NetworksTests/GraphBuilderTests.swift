// What a plugin's author does wrong while building a network is said, and never runs.
import PluginAPI
import Testing

@testable import PluginKit

@Suite("GraphBuilder")
struct GraphBuilderTests {
  /// A convolution whose bias has this shape and three numbers.
  static func build(bias shape: [Int], on host: TestHost) throws(PluginError) {
    let builder = try GraphBuilder(host: PluginHost(host.raw), name: "net")
    let weight = builder.constant("weight", shape: [3, 1, 1, 1], [1, 2, 3])
    let bias = builder.constant("bias", shape: shape, [1, 2, 3])
    let y = builder.conv2d(builder.input("image", channels: 1), weight: weight, bias: bias)
    _ = try builder.finish(outputs: y)
  }

  @Test("Numbers that do not fill their shape end the building with a sentence, even where a bias may be left out")
  func numbersThatDoNotFit() throws {
    let host = try TestHost()
    try Self.build(bias: [3], on: host)
    for shape in [[2], [3, 2], [0], [-1, -3], [.max, .max], []] {
      let text = WeightSet.text(shape)
      let mistake = PluginError(
        .invalidArgument, "cannot build the network net: constant 'bias' is \(text), which does not hold 3 numbers")
      #expect(throws: mistake) { try Self.build(bias: shape, on: host) }
    }
  }
}
