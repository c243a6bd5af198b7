// MapConvOracle.swift - the exact result of a convolution on maps, and how far a computed one is from it.
import Kernels

/// Exact outputs, and the sizes that errors are measured against.
struct MapConvOracle {
  private let values: [Double]
  /// Per channel, the largest sum of magnitudes.
  private let reach: [Double]
  /// The size that a sum of products has when their signs are random.
  private let energy: Double
  private let plane: Int

  /// Errors as shares of what is being summed.
  struct Apart {
    var largest = 0.0
    var noise = 0.0
  }

  init(_ test: Conv2dCase, _ inputs: MapConvInputs) {
    let exact = test.oracle(inputs.planes)
    let plane = test.outH * test.outW
    self.plane = plane
    values = exact.values
    reach = (0..<test.outC).map { exact.magnitudes[$0 * plane..<($0 + 1) * plane].max() ?? 0 }
    // Of t products of the same size s the magnitudes sum to t s, their squares to t s^2. A picture smaller than the kernel
    // has fewer that are not zero, and so has one with zeros between its pixels.
    let enlarged = test.upsample * test.upsample
    let window = max(1, test.kernelH * test.kernelWidth / (test.stuffed ? enlarged : 1))
    let picture = test.inH * test.inW * (test.stuffed ? 1 : enlarged)
    let terms = Double(test.inC * min(window, picture) + 1)
    let meanReach = reach.reduce(0, +) / Double(max(1, test.outC))
    energy = meanReach / terms.squareRoot()
  }

  /// Rounding the result to bfloat16 is taken off what a bfloat16 map is apart.
  func compare(_ map: GuardedMap) -> Apart {
    var apart = Apart()
    var squares = 0.0
    for (index, value) in map.values.enumerated() {
      let exact = values[index]
      guard value.isFinite else { return Apart(largest: .infinity, noise: .infinity) }
      let rounding = map.format.isBf16 ? 0x1.01p-8 * max(abs(exact), abs(Double(value))) : 0
      let error = max(0, abs(Double(value) - exact) - rounding)
      squares += error * error
      apart.largest = max(apart.largest, error / max(reach[index / plane], 1e-3))
    }
    apart.noise = (squares / Double(max(1, values.count))).squareRoot() / max(energy, 1e-3)
    return apart
  }
}
