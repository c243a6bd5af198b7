// MapPoolTests.swift - the largest and the mean of windows of maps, element by element.
import Kernels
import PluginAPI
import Testing

@Suite struct MapPoolTests {
  /// A window: sizes, strides, and padding at top, left, bottom and right.
  struct Window: Sendable {
    var size: (h: Int, w: Int)
    var stride: (h: Int, w: Int)
    var padding = (top: 0, left: 0, bottom: 0, right: 0)
  }

  static let windows: [Window] = [
    Window(size: (1, 1), stride: (1, 1)), Window(size: (1, 1), stride: (2, 2)),
    Window(size: (2, 2), stride: (2, 2)), Window(size: (3, 3), stride: (2, 2)),
    Window(size: (2, 2), stride: (1, 1)), Window(size: (2, 2), stride: (1, 1), padding: (1, 1, 1, 1)),
    Window(size: (2, 2), stride: (1, 1), padding: (0, 1, 1, 0)),
    Window(size: (3, 3), stride: (2, 2), padding: (1, 1, 1, 1)),
    Window(size: (3, 3), stride: (1, 1), padding: (1, 1, 1, 1)),
    Window(size: (2, 5), stride: (1, 3), padding: (1, 2, 0, 4)),
    Window(size: (4, 1), stride: (3, 1), padding: (0, 0, 3, 0)),
  ]

  static let sizes = [(1, 1), (2, 2), (3, 5), (1, 17), (7, 16), (6, 33)]

  /// Places of windows along an axis; with `ceiled` one may reach out of the padding, if it begins inside.
  private static func count(_ n: Int, _ size: Int, _ stride: Int, before: Int, after: Int, ceiled: Bool) -> Int {
    let room = n + before + after - size
    guard room >= 0 else { return 0 }
    let places = (room + (ceiled ? stride - 1 : 0)) / stride + 1
    return (places - 1) * stride >= n + before ? places - 1 : places
  }

  @Test("pool takes the largest or the mean of what exists in a window", arguments: KernelLevel.all)
  func pool(level: KernelLevel) {
    for c in [1, 3, 4, 5, 16, 17, 40] {
      for format in MapFormat.possible(c) {
        for (index, (h, w)) in Self.sizes.enumerated() {
          let options = (index + c) % 4
          let source = GuardedMap(c: c, h: h, w: w, format: format, gap: 1)
          let read = MapReading(source, affine: options & 1 != 0, relu: options & 2 != 0, seed: 31)
          for window in Self.windows {
            for ceiled in [false, true] { check(level, read, window, ceiled: ceiled) }
          }
        }
      }
    }
  }

  private func check(_ level: KernelLevel, _ read: MapReading, _ window: Window, ceiled: Bool) {
    let (size, stride, pad) = (window.size, window.stride, window.padding)
    let (c, h, w) = (read.map.c, read.map.h, read.map.w)
    let outH = Self.count(h, size.h, stride.h, before: pad.top, after: pad.bottom, ceiled: ceiled)
    let outW = Self.count(w, size.w, stride.w, before: pad.left, after: pad.right, ceiled: ceiled)
    guard outH > 0 && outW > 0 else { return }
    let values = read.values
    for kind in [STH_POOL_MAX, STH_POOL_MEAN, STH_POOL_MEAN_PADDED] {
      var exact: [Double] = []
      for channel in 0..<c {
        for y in 0..<outH {
          for x in 0..<outW {
            var (largest, sum, existing, counted) = (-Double.infinity, 0.0, 0, 0)
            for row in y * stride.h - pad.top..<y * stride.h - pad.top + size.h where row < h + pad.bottom {
              for column in x * stride.w - pad.left..<x * stride.w - pad.left + size.w where column < w + pad.right {
                counted += 1
                guard (0..<h).contains(row) && (0..<w).contains(column) else { continue }
                existing += 1
                let value = values[(channel * h + row) * w + column]
                sum += value
                largest = max(largest, value)
              }
            }
            exact.append(
              kind == STH_POOL_MAX ? largest : sum / Double(kind == STH_POOL_MEAN ? existing : counted))
          }
        }
      }
      var pool = sth_map_pool(
        kind: kind, size_h: Int32(size.h), size_w: Int32(size.w), stride_h: Int32(stride.h), stride_w: Int32(stride.w),
        top: Int32(pad.top), left: Int32(pad.left), bottom: Int32(pad.bottom), right: Int32(pad.right))
      var source = read.source
      let name = "kind \(kind), \(window)\(ceiled ? ", ceiled" : "") of \(c)x\(h)x\(w) \(read.map.format)"
      let result = withExtendedLifetime(read) {
        GuardedMap.written(c: c, h: outH, w: outW, format: read.map.format, name) {
          level.maps.pool($0, &source, &pool, $1, $2)
        }
      }
      result.expect(exact, within: 1e-6, name)
    }
  }
}
