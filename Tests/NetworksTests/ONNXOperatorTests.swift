// Every operator of ONNX in every version that differs, against ONNX Runtime.
import Testing

@Suite("ONNX operators")
struct ONNXOperatorTests {
  @Test("An operator gives what ONNX Runtime gives", arguments: ONNXCase.all)
  func parity(name: String) throws {
    let (found, expected) = try ONNXCase(name: name).run(TestHost(threads: 2))
    try #require(found.count == expected.count)
    let scale = max(expected.lazy.map(abs).max() ?? 0, 1e-3)
    let error = zip(found, expected).lazy.map { abs($0 - $1) }.max() ?? 0
    #expect(error <= 1e-5 * scale, "off by \(error) of \(scale)")
  }

  @Test("There are cases to compare")
  func casesAreFound() { #expect(ONNXCase.all.count > 100) }
}
