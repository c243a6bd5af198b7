// What the plugin `onnx` cannot run, it says in one line that names node and operator, or what to give.
import PluginAPI
import Testing

@Suite("What the onnx plugin refuses")
struct ONNXFaultTests {
  @Test(
    "A node that cannot be run is named",
    arguments: [
      (
        "strange",
        "cannot load strange.onnx: node '/head/Sharpen' (strange.Sharpen): operators of 'strange' are not known"
      ),
      ("cell", "cannot load cell.onnx: node '/memory/GRU' (GRU): recurrent layers are not run"),
      ("loop", "cannot load loop.onnx: node '/most/TopK' (TopK): the operator is not run"),
    ])
  func nodes(name: String, sentence: String) throws {
    let failure = try ONNXPluginTests.failure(ONNXPluginTests.path(name))
    #expect(failure.status == STH_ERROR_BAD_WEIGHTS)
    #expect(failure.description == sentence)
  }

  @Test("A network that cannot be freed of its size runs at that size, and names the node at others")
  func stuck() throws {
    let path = ONNXPluginTests.path("stuck")
    let own = try ONNXPluginTests.run(path, h: 16, w: 16).image.pixels
    #expect(try ONNXPluginTests.error(own, Places.numbers("onnx_stuck")) < 1e-4)
    let failure = try ONNXPluginTests.failure(path)
    #expect(failure.status == STH_ERROR_UNSUPPORTED)
    #expect(
      failure.description == "cannot run stuck.onnx at this size: node '/gate/Gemm' (Gemm): [1,8] times [4,4] is no "
        + "product over channels")
  }

  @Test(
    "Further inputs that do not fit are told apart",
    arguments: [
      (["inputs": "share=2/3"], "cannot use inputs=share=2/3: input 'share': it takes one number"),
      (["style": "much"], "cannot use style=much: input 'share': it takes one number"),
      (["inputs": "share=1e39"], "cannot use inputs=share=1e39: input 'share': it takes one number"),
      (
        ["inputs": "size=1"],
        "cannot use inputs=size=1: the network has no input 'size' for numbers; inputs that take numbers are 'share' (1 number)"
      ),
      ([:], "input 'share' of the network takes a number: give inputs=share=NUMBER"),
    ] as [([String: String], String)])
  func numbers(texts: [String: String], sentence: String) throws {
    let failure = try ONNXPluginTests.failure(
      ONNXPluginTests.path("both"), texts: texts, pictures: ["image": .style()])
    #expect(failure.status == STH_ERROR_BAD_PARAMETER)
    #expect(failure.description == sentence)
  }

  @Test("A picture that is missing, and one too many, are told apart")
  func pictures() throws {
    let missing = try ONNXPluginTests.failure(ONNXPluginTests.path("both"), texts: ["style": "1"])
    #expect(missing.description.hasSuffix("input 'other' of the network takes a picture: give it as image=FILE"))
    let more = try ONNXPluginTests.failure(ONNXPluginTests.path("unet"), pictures: ["image": .style()])
    #expect(more.description.hasSuffix("the network takes no picture beside the frame"))
    let style = try ONNXPluginTests.failure(ONNXPluginTests.path("unet"), texts: ["style": "1"])
    #expect(style.description == "cannot use style=1: no input of the network takes numbers")
  }
}
