// MapResizeTests.swift - padding, cropping, enlarging and pooling maps, element by element.
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

  @Test(
    "max_pool finds the largest that exists in each window, after scale, shift and relu", arguments: KernelLevel.all)
  func maxPool(level: KernelLevel) {
    for kind in Self.kinds {
      for (size, stride) in [(2, 2), (3, 2), (2, 1), (3, 3), (1, 2)] {
        for (h, w) in [(1, 1), (2, 2), (3, 5), (15, 16), (17, 31), (6, 33)] {
          for options in 0..<4 {
            checkPool(level, kind, window: (size, stride), size: (h, w), options: options)
          }
        }
      }
    }
  }

  private func checkPool(
    _ level: KernelLevel, _ kind: (c: Int, format: MapFormat), window: (size: Int, stride: Int), size: (h: Int, w: Int),
    options: Int
  ) {
    func outputs(_ n: Int) -> Int { (n + window.stride - 1) / window.stride }  // every window that begins inside
    let source = GuardedMap(c: kind.c, h: size.h, w: size.w, format: kind.format, gap: 1)
    let read = MapReading(source, affine: options & 1 != 0, relu: options & 2 != 0, seed: 31)
    let result = GuardedMap(c: kind.c, h: outputs(size.h), w: outputs(size.w), format: kind.format, gap: 2)
    var (dst, from) = (result.map, read.source)
    withExtendedLifetime((read, result)) {
      level.maps.max_pool(&dst, &from, Int32(window.size), Int32(window.stride), dst.h / 2, dst.h)
      level.maps.max_pool(&dst, &from, Int32(window.size), Int32(window.stride), 0, dst.h / 2)
    }
    let name = "\(kind) window \(window) of \(size), options \(options)"
    #expect(result.complaint == nil, "\(name): \(result.complaint ?? "")")
    let values = read.values
    let slack = kind.format.isBf16 ? 0x1.01p-8 : 0
    for c in 0..<kind.c {
      for y in 0..<result.h {
        for x in 0..<result.w {
          var largest = -Double.infinity
          for row in y * window.stride..<min(y * window.stride + window.size, size.h) {
            for column in x * window.stride..<min(x * window.stride + window.size, size.w) {
              largest = max(largest, values[(c * size.h + row) * size.w + column])
            }
          }
          let bound = 3 * 0x1p-23 + slack * abs(largest)
          let apart = abs(Double(result[c, y, x]) - largest)
          if apart > bound { Issue.record("\(name): \(c) \(y) \(x) is \(result[c, y, x]), not \(largest)") }
        }
      }
    }
  }
}
