// Normal numbers from a seed: equal everywhere, and normal.
import Foundation
import Testing

@testable import Weights

@Suite struct SeededNormalTests {
  @Test("The first numbers of a stream are those written here, bit for bit, on every machine")
  func bits() {
    var normal = SeededNormal(seed: 7, name: "model.1.weight")
    let first = (0..<4).map { _ in normal.next().bitPattern }
    // -1.588025321153637, 0.6367330723457614, -0.28906582335237996, 0.5734641423885986
    #expect(
      first == [0xbff9_688d_3d39_3240, 0x3fe4_601e_0940_3674, 0xbfd2_800d_f06c_2570, 0x3fe2_59d1_791f_9b63])
  }

  @Test("Mean, variance, skew and tails are those of the normal distribution")
  func moments() {
    var normal = SeededNormal(seed: 0, name: "weight")
    let numbers = (0..<200_000).map { _ in normal.next() }
    let moments = (1...4).map { power in numbers.reduce(0) { $0 + pow($1, Double(power)) } / Double(numbers.count) }
    // Standard errors of the four moments: sqrt(1, 2, 15, 96 / n).
    for (moment, (expected, variance)) in zip(moments, [(0.0, 1.0), (1, 2), (0, 15), (3, 96)]) {
      #expect(abs(moment - expected) < 4 * (variance / Double(numbers.count)).squareRoot())
    }
    #expect((numbers.map(abs).max() ?? 0) > 4)
  }

  @Test("Another seed and another name give other numbers")
  func streams() {
    let streams = [(0, "a"), (1, "a"), (0, "b")].map { seed, name in
      var normal = SeededNormal(seed: UInt64(seed), name: name)
      return (0..<8).map { _ in normal.next() }
    }
    #expect(Set(streams).count == 3)
  }

  @Test("The logarithm is the library's to 1e-15")
  func logarithm() {
    for i in 1..<2000 {
      let x = pow(1.37, Double(i % 200) - 180) * (1 + Double(i) / 3000)
      #expect(abs(SeededNormal.logarithm(x) - log(x)) <= 1e-15 * max(1, abs(log(x))))
    }
  }
}
