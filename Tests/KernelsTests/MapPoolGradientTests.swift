// MapPoolGradientTests.swift - what windows pass back to their pixels, window by window.
import Kernels
import PluginAPI
import Testing

@Suite struct MapPoolGradientTests {
  static let sizes = [(1, 1), (2, 2), (3, 5), (1, 17), (7, 16), (6, 33)]

  @Test(
    "pool_gradient gives dy to the first of the largest, or to all by equal parts", arguments: KernelLevel.all)
  func poolGradient(level: KernelLevel) {
    for c in [1, 3, 4, 5, 16, 17, 40] {
      for (index, (h, w)) in Self.sizes.enumerated() {
        let options = (index + c) % 4
        let read = MapReading(
          GuardedMap(c: c, h: h, w: w, format: .learnt(c), gap: 1), affine: options & 1 != 0, relu: options & 2 != 0,
          seed: 31)
        // Few different numbers: there are equal ones in most windows.
        for channel in 0..<c {
          for y in 0..<h { for x in 0..<w { read.map[channel, y, x] = (read.map[channel, y, x] * 3).rounded() } }
        }
        for window in MapPoolTests.windows {
          for kind in [STH_POOL_MAX, STH_POOL_MEAN, STH_POOL_MEAN_PADDED] { check(level, read, window, kind) }
        }
      }
    }
  }

  private func check(_ level: KernelLevel, _ read: MapReading, _ window: MapPoolTests.Window, _ kind: UInt32) {
    let (size, stride, pad) = (window.size, window.stride, window.padding)
    let (c, h, w) = (read.map.c, read.map.h, read.map.w)
    // Windows may reach out of the padding, if they begin inside.
    let outH = (h + pad.top + pad.bottom - size.h + stride.h - 1) / stride.h + 1
    let outW = (w + pad.left + pad.right - size.w + stride.w - 1) / stride.w + 1
    guard h + pad.top + pad.bottom >= size.h && w + pad.left + pad.right >= size.w else { return }
    guard (outH - 1) * stride.h < h + pad.top && (outW - 1) * stride.w < w + pad.left else { return }
    let dy = GuardedMap(c: c, h: outH, w: outW, format: .learnt(c), gap: 1)
    var random = SeededValues(seed: 32)
    dy.fill { random.next() }
    let values = read.values
    var exact = [Double](repeating: 0, count: values.count)
    for channel in 0..<c {
      for y in 0..<outH {
        for x in 0..<outW {
          let top = y * stride.h - pad.top, left = x * stride.w - pad.left
          let rows = top..<min(top + size.h, h + pad.bottom), columns = left..<min(left + size.w, w + pad.right)
          let inside = rows.clamped(to: 0..<h).flatMap { row in
            columns.clamped(to: 0..<w).map { (channel * h + row) * w + $0 }
          }
          let back = Double(dy[channel, y, x])
          if kind == STH_POOL_MAX {
            var first = inside[0]
            for place in inside where values[place] > values[first] { first = place }
            exact[first] += back
          } else {
            let count = kind == STH_POOL_MEAN ? inside.count : rows.count * columns.count
            for place in inside { exact[place] += back / Double(count) }
          }
        }
      }
    }
    var pool = sth_map_pool(
      kind: kind, size_h: Int32(size.h), size_w: Int32(size.w), stride_h: Int32(stride.h), stride_w: Int32(stride.w),
      top: Int32(pad.top), left: Int32(pad.left), bottom: Int32(pad.bottom), right: Int32(pad.right))
    var (source, back) = (read.source, dy.map)
    let name = "kind \(kind), \(window) of \(c)x\(h)x\(w)"
    let result = withExtendedLifetime((read, dy)) {
      GuardedMap.written(c: c, h: h, w: w, format: read.map.format, name) {
        level.maps.pool_gradient($0, &source, &back, &pool, $1, $2)
      }
    }
    result.expect(exact, within: 2e-6, name)
  }
}
