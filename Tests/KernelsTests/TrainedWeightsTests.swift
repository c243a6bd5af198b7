// TrainedWeightsTests.swift - what Winograd's transforms lose on the weights of trained networks.
import Foundation
import Kernels
import TestFolders
import Testing
import Weights

@Suite("Winograd on trained weights")
struct TrainedWeightsTests {
  static let folder = SharedData.folder("weights")

  static let files = [
    "johnson/mosaic.safetensors", "johnson/candy.safetensors", "johnson/rain-princess_nc16_b1_e2_1e05_1e10.model",
    "vgg/vgg16_imagenet_conv.safetensors",
  ]

  /// Root mean square of the error over that of the output, worst layer of a file: 3.9e-6 and 1.5e-3 were measured.
  @Test(
    "a 3x3 layer is off by 1e-5 of its output in float32, by 2e-3 in 16-bit integers",
    .enabled(if: folder != nil, "no shared/weights beside the checkout (STYLEHOST_SHARED)"), arguments: files)
  func layers(name: String) throws {
    let file = try WeightFile.open(path: try #require(Self.folder) + "/" + name)
    var worst: [String: Double] = [:]
    for tensor in file.tensors where tensor.shape.count == 4 && tensor.shape[2...] == [3, 3] {
      let (out, input) = (tensor.shape[0], tensor.shape[1])
      // What a double-precision oracle can do in a moment; a layer of 3 channels is done directly.
      guard min(out, input) > Int(STH_MAP_PLANAR_CHANNELS), out * input <= 256 * 256 else { continue }
      let test = Conv2dCase(inC: input, inH: 13, inW: 14, outC: out, relu: true, bias: false)
      let inputs = MapConvInputs(test, format: .blocked, weights: try tensor.floats())
      let exact = test.oracle(inputs.planes).values
      for level in KernelLevel.all {
        for arithmetic in [STH_ARITHMETIC_F32, STH_ARITHMETIC_INT16] {
          let outcome = test.run(level.maps, inputs, MapConvManner(arithmetic: arithmetic, format: .blocked))
          let error = Self.relativeError(outcome.map.values, exact)
          worst[outcome.algorithm] = max(worst[outcome.algorithm] ?? 0, error)
        }
      }
    }
    #expect(worst.keys.contains { $0.hasPrefix("winograd") || $0.hasPrefix("reference") })
    for (algorithm, error) in worst {
      #expect(error < (algorithm.hasSuffix("f32") ? 1e-5 : 2e-3), "\(name), \(algorithm)")
      if ProcessInfo.processInfo.environment["STYLEHOST_MEASURE"] != nil {
        FileHandle.standardError.write(Data("\(name), \(algorithm): \(error)\n".utf8))
      }
    }
  }

  private static func relativeError(_ values: [Float], _ exact: [Double]) -> Double {
    let squares = zip(values, exact).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    return (squares / exact.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }
}
