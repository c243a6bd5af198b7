// MapResizeTests.swift - padding, cropping and enlarging maps, element by element.
import Kernels
import PluginAPI
import Testing

@Suite struct MapResizeTests {
  static let channels = [1, 3, 4, 5, 15, 16, 17, 33]
  static let modes = [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE]

  /// A map of different numbers, all of them exact in bfloat16.
  private func counted(c: Int, h: Int, w: Int, format: MapFormat) -> GuardedMap {
    let map = GuardedMap(c: c, h: h, w: w, format: format, gap: 1)
    var count: Float = 0
    map.fill {
      count = count == 250 ? -249 : count + 1
      return count
    }
    return map
  }

  /// Every channel count in each of its formats.
  private static let kinds: [(c: Int, format: MapFormat)] = channels.flatMap { c in MapFormat.all(c).map { (c, $0) } }

  @Test("pad shows what the mode says, at any distance and on any size", arguments: KernelLevel.all)
  func pad(level: KernelLevel) {
    for kind in Self.kinds {
      for (h, w) in [(1, 1), (1, 2), (2, 1), (2, 3), (5, 17), (4, 33)] {
        for mode in Self.modes {
          for (top, left, bottom, right) in [
            (0, 0, 0, 0), (1, 1, 1, 1), (3, 2, 0, 9), (7, 11, 5, 40), (-1, -1, 3, 4), (0, -1, 0, 0),
          ] where h + top + bottom > 0 && w + left + right > 0 {
            let source = counted(c: kind.c, h: h, w: w, format: kind.format)
            let result = GuardedMap(
              c: kind.c, h: h + top + bottom, w: w + left + right, format: kind.format, gap: 2)
            var (dst, src) = (result.map, source.map)
            withExtendedLifetime((source, result)) {
              level.maps.pad(&dst, &src, Int32(top), Int32(left), mode, 1, dst.h)
              level.maps.pad(&dst, &src, Int32(top), Int32(left), mode, 0, 1)
            }
            #expect(result.complaint == nil, "\(result.complaint ?? "")")
            let rows = (0..<result.h).map { Conv2dCase.walk($0 - top, h, mode) }
            let columns = (0..<result.w).map { Conv2dCase.walk($0 - left, w, mode) }
            var expected: [Float] = []
            for c in 0..<kind.c {
              for row in rows {
                for column in columns {
                  if let row, let column { expected.append(source[c, row, column]) } else { expected.append(0) }
                }
              }
            }
            #expect(result.values == expected, "\(kind) \(h)x\(w), mode \(mode), \(top) \(left) \(bottom) \(right)")
          }
        }
      }
    }
  }

  @Test("upsample_nearest repeats elements, and a small destination crops", arguments: KernelLevel.all)
  func upsample(level: KernelLevel) {
    for kind in Self.kinds {
      for factor in 1...4 {
        for (h, w) in [(1, 1), (3, 8), (2, 17)] {
          for less in [0, 1] where h * factor > less && w * factor > less {
            let source = counted(c: kind.c, h: h, w: w, format: kind.format)
            let result = GuardedMap(
              c: kind.c, h: h * factor - less, w: w * factor - less, format: kind.format, gap: 2)
            var (dst, src) = (result.map, source.map)
            withExtendedLifetime((source, result)) {
              level.maps.upsample_nearest(&dst, &src, Int32(factor), 1, dst.h)
              level.maps.upsample_nearest(&dst, &src, Int32(factor), 0, 1)
            }
            #expect(result.complaint == nil, "\(result.complaint ?? "")")
            var expected: [Float] = []
            for c in 0..<kind.c {
              for y in 0..<result.h { for x in 0..<result.w { expected.append(source[c, y / factor, x / factor]) } }
            }
            #expect(result.values == expected, "\(kind) \(h)x\(w) by \(factor), less \(less)")
          }
        }
      }
    }
  }
}
