// MomentsTests.swift - mean and variance where naive sums fail.
import Kernels
import PluginAPI
import Testing

@Suite struct MomentsTests {
  /// h, w around vectors, and a single element.
  static let sizes: [(Int, Int)] = [
    (1, 1), (1, 2), (2, 1), (3, 7), (2, 8), (5, 9), (1, 15), (4, 16), (3, 17), (7, 31), (2, 33), (1, 63), (40, 65),
  ]

  @Test("mean and variance are exact to 2 roundings for any offset", arguments: KernelLevel.all)
  func accurate(level: KernelLevel) {
    for (h, w) in Self.sizes {
      for offset: Float in [0, 1, -300, 1e4, 1e6] {
        var random = SeededValues(seed: 3)
        let source = GuardedPlanes(c: 3, h: h, w: w, misaligned: 3, gap: 2)
        source.fill { random.next() + offset }
        let result = moments(level, source)
        for ci in 0..<3 {
          let values = (0..<h).flatMap { y in (0..<w).map { x in Double(source[ci, y, x]) } }
          let mean = values.reduce(0, +) / Double(values.count)
          let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
          #expect(abs(Double(result.mean[ci]) - mean) <= 0x1p-23 * abs(mean) + 1e-12)
          #expect(abs(Double(result.variance[ci]) - variance) <= 0x1p-23 * variance + 1e-12, "\(h)x\(w) at \(offset)")
        }
      }
    }
  }

  @Test("an outlier in front does not spoil the variance of the rest", arguments: KernelLevel.all)
  func outlierInFront(level: KernelLevel) {
    let source = GuardedPlanes(c: 1, h: 64, w: 65)
    var random = SeededValues(seed: 3)
    source.fill { random.next() * 1e-3 }
    source[0, 0, 0] = 1e5
    let values = source.values.map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    let result = moments(level, source)
    #expect(abs(Double(result.mean[0]) - mean) <= 0x1p-23 * abs(mean))
    #expect(abs(Double(result.variance[0]) - variance) <= 0x1p-23 * variance)
  }

  @Test("each plane stands alone and only its own results are written", arguments: KernelLevel.all)
  func partsAgree(level: KernelLevel) {
    let source = GuardedPlanes(c: 4, h: 9, w: 37, gap: 1)
    var random = SeededValues(seed: 8)
    source.fill { random.next() }
    var planes = source.planes
    let whole = moments(level, source)
    var mean: [Float] = [7, 7, 7, 7]
    var variance: [Float] = [7, 7, 7, 7]
    withExtendedLifetime(source) { level.table.moments_f32(&mean, &variance, &planes, 1, 3) }
    #expect(mean == [7, whole.mean[1], whole.mean[2], 7])
    #expect(variance == [7, whole.variance[1], whole.variance[2], 7])
  }

  @Test("an empty plane has mean 0 and variance 0", arguments: KernelLevel.all)
  func empty(level: KernelLevel) {
    let result = moments(level, GuardedPlanes(c: 2, h: 0, w: 5))
    #expect(result.mean == [0, 0])
    #expect(result.variance == [0, 0])
  }

  private func moments(_ level: KernelLevel, _ source: GuardedPlanes) -> (mean: [Float], variance: [Float]) {
    var planes = source.planes
    var mean = [Float](repeating: .nan, count: source.c)
    var variance = mean
    withExtendedLifetime(source) { level.table.moments_f32(&mean, &variance, &planes, 0, Int32(source.c)) }
    return (mean, variance)
  }
}
