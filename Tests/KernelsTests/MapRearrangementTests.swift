// MapRearrangementTests.swift - what borders pass back to what they show, and squares of pixels laid out as channels.
import Kernels
import PluginAPI
import Testing

@Suite struct MapRearrangementTests {
  @Test("pad_gradient adds up all that a border shows of a pixel", arguments: KernelLevel.all)
  func padGradient(level: KernelLevel) {
    for c in [1, 3, 4, 5, 15, 16, 17, 33] {
      for (h, w) in [(1, 1), (1, 2), (2, 1), (2, 3), (5, 17), (4, 33)] {
        for mode in [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE] {
          for (top, left, bottom, right) in [
            (0, 0, 0, 0), (1, 1, 1, 1), (3, 2, 0, 9), (7, 11, 5, 40), (-1, -1, 3, 4), (0, -1, 0, 0), (3, -1, -2, 2),
          ] where h + top + bottom > 0 && w + left + right > 0 {
            let dy = GuardedMap(c: c, h: h + top + bottom, w: w + left + right, format: .learnt(c), gap: 1)
            var random = SeededValues(seed: 81)
            dy.fill { random.next() }
            var (exact, sizes) = ([Double](repeating: 0, count: c * h * w), [Double](repeating: 0, count: c * h * w))
            for y in 0..<dy.h {
              for x in 0..<dy.w {
                guard let row = Conv2dCase.walk(y - top, h, mode), let column = Conv2dCase.walk(x - left, w, mode)
                else { continue }
                for channel in 0..<c {
                  exact[(channel * h + row) * w + column] += Double(dy[channel, y, x])
                  sizes[(channel * h + row) * w + column] += Double(abs(dy[channel, y, x]))
                }
              }
            }
            let name = "\(c)x\(h)x\(w), mode \(mode), \(top) \(left) \(bottom) \(right)"
            var back = dy.map
            let result = withExtendedLifetime(dy) {
              GuardedMap.written(c: c, h: h, w: w, format: .learnt(c), name) {
                level.maps.pad_gradient($0, &back, Int32(top), Int32(left), mode, $1, $2)
              }
            }
            result.expect(exact, within: sizes.map { 1e-6 * $0 }, name)
          }
        }
      }
    }
  }

  @Test("space_to_depth lays squares of pixels out as channels, in any formats", arguments: KernelLevel.all)
  func spaceToDepth(level: KernelLevel) {
    for c in [1, 3, 4, 5, 16, 17] {
      for factor in 1...4 {
        for from in MapFormat.possible(c) {
          for to in MapFormat.possible(c * factor * factor) {
            for (options, (h, w)) in [(1, 1), (2, 3), (1, 17), (3, 2)].enumerated() {
              let source = GuardedMap(c: c, h: h * factor, w: w * factor, format: from, gap: 1)
              let read = MapReading(source, affine: options & 1 != 0, relu: options & 2 != 0, seed: 71)
              let values = read.values
              var exact: [Double] = []
              for deep in 0..<c * factor * factor {
                for y in 0..<h {
                  for x in 0..<w {
                    let row = y * factor + deep / factor % factor, column = x * factor + deep % factor
                    exact.append(values[(deep / factor / factor * source.h + row) * source.w + column])
                  }
                }
              }
              var reading = read.source
              let name = "\(c)x\(source.h)x\(source.w) by \(factor), \(from) to \(to)"
              let result = withExtendedLifetime(read) {
                GuardedMap.written(c: c * factor * factor, h: h, w: w, format: to, name) {
                  level.maps.space_to_depth($0, &reading, Int32(factor), $1, $2)
                }
              }
              result.expect(exact, within: options & 1 != 0 ? 1e-6 : 0, name)
            }
          }
        }
      }
    }
  }
}
