// What is said of files that belong to a method and are no style.
import Networks
import PluginAPI
import Testing
import Weights

@Suite("Networks beside the styles")
struct BystanderTests {
  private func tensors(_ shapes: [(String, [Int])]) throws -> [NamedTensor] {
    try shapes.map { name, shape in
      try NamedTensor(name: name, shape: shape, floats: [Float](repeating: 0, count: shape.reduce(1, *)))
    }
  }

  @Test("VGG-16 is known by the shapes of its first and last convolution, VGG-19 is another network")
  func vgg() throws {
    let ends = [("conv1_1.weight", [64, 3, 3, 3]), ("conv5_3.weight", [512, 512, 3, 3])]
    let (status, _, message) = try IdentificationTests.identify(try tensors(ends))
    #expect(status == STH_ERROR_BAD_WEIGHTS && message.contains("it is VGG-16"), "\(message)")
    let deeper = try tensors(ends + [("conv5_4.weight", [1])])
    #expect(try IdentificationTests.identify(deeper).status == STH_ERROR_UNSUPPORTED)
  }

  @Test("the discriminators of MUNIT are known in one domain and in two")
  func others() throws {
    for prefix in ["", "a.", "b."] {
      let dis = try tensors([(prefix + "cnns.0.0.conv.weight", [4, 3, 4, 4])])
      let (status, _, message) = try IdentificationTests.identify(dis, by: BuiltPlugins.munit)
      #expect(status == STH_ERROR_BAD_WEIGHTS && message.contains("discriminators of MUNIT"), "\(message)")
    }
  }
}
