// ResizeTests.swift - padding, cropping and enlarging planes, element by element.
import Kernels
import PluginAPI
import Testing

@Suite struct ResizeTests {
  static let modes = [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE]

  @Test("pad2d shows what the mode says, at any distance and on any size", arguments: KernelLevel.all)
  func pad(level: KernelLevel) {
    for (h, w) in [(1, 1), (1, 2), (2, 1), (2, 3), (5, 17), (4, 33)] {
      for mode in Self.modes {
        for (top, left, bottom, right) in [
          (0, 0, 0, 0), (1, 1, 1, 1), (3, 2, 0, 9), (7, 11, 5, 40), (-1, -1, 3, 4), (0, -1, 0, 0),
        ] {
          let (outH, outW) = (max(0, h + top + bottom), max(0, w + left + right))
          let source = counted(c: 3, h: h, w: w)
          let result = GuardedPlanes(c: 3, h: outH, w: outW, misaligned: 1, gap: 2)
          var (dst, src) = (result.planes, source.planes)
          withExtendedLifetime((source, result)) {
            level.table.pad2d_f32(&dst, &src, Int32(top), Int32(left), mode, 0, 1)
          }
          withExtendedLifetime((source, result)) {
            level.table.pad2d_f32(&dst, &src, Int32(top), Int32(left), mode, 1, 3)
          }
          #expect(result.guardsIntact)
          let rows = (0..<outH).map { Conv2dCase.walk($0 - top, h, mode) }
          let columns = (0..<outW).map { Conv2dCase.walk($0 - left, w, mode) }
          var expected: [Float] = []
          for c in 0..<3 {
            for row in rows {
              for column in columns {
                if let row, let column { expected.append(source[c, row, column]) } else { expected.append(0) }
              }
            }
          }
          #expect(result.values == expected, "\(h)x\(w), mode \(mode), \(top) \(left) \(bottom) \(right)")
        }
      }
    }
  }

  @Test("a crop far outside the picture is filled by the mode", arguments: KernelLevel.all)
  func cropOutside(level: KernelLevel) {
    let source = counted(c: 1, h: 2, w: 3)
    let result = GuardedPlanes(c: 1, h: 2, w: 2)
    var (dst, src) = (result.planes, source.planes)
    withExtendedLifetime((source, result)) { level.table.pad2d_f32(&dst, &src, -10, -10, STH_PAD_REPLICATE, 0, 1) }
    #expect(result.values == [6, 6, 6, 6])
    withExtendedLifetime((source, result)) { level.table.pad2d_f32(&dst, &src, -10, -10, STH_PAD_ZERO, 0, 1) }
    #expect(result.values == [0, 0, 0, 0])
  }

  @Test("upsample_nearest repeats elements, and a small destination crops", arguments: KernelLevel.all)
  func upsample(level: KernelLevel) {
    for factor in 1...4 {
      for width in [0, 1, 3, 8, 17] {
        for less in [0, 1] where width > 0 || less == 0 {
          let source = counted(c: 2, h: 3, w: width)
          let result = GuardedPlanes(c: 2, h: 3 * factor - less, w: width * factor - less, misaligned: 3, gap: 1)
          var (dst, src) = (result.planes, source.planes)
          withExtendedLifetime((source, result)) { level.table.upsample_nearest_f32(&dst, &src, Int32(factor), 0, 2) }
          #expect(result.guardsIntact)
          for c in 0..<2 {
            for y in 0..<result.h {
              for x in 0..<result.w { #expect(result[c, y, x] == source[c, y / factor, x / factor]) }
            }
          }
        }
      }
    }
  }

  private func counted(c: Int, h: Int, w: Int) -> GuardedPlanes {
    let planes = GuardedPlanes(c: c, h: h, w: w, misaligned: 5, gap: 1)
    var count: Float = 0
    planes.fill {
      count += 1
      return count
    }
    return planes
  }
}
