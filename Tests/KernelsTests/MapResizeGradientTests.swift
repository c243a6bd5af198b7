// MapResizeGradientTests.swift - what resized maps pass back, against the same oracle as what they are made of.
import Kernels
import PluginAPI
import Testing

@Suite struct MapResizeGradientTests {
  typealias Axis = MapResampleTests.Axis

  @Test("resize_gradient gives each pixel its share of all that it is a part of", arguments: KernelLevel.all)
  func resizeGradient(level: KernelLevel) {
    for c in [1, 3, 5, 16, 17, 40] {
      for (index, size) in MapResampleTests.sizes.enumerated() {
        let dy = GuardedMap(c: c, h: size.to.h, w: size.to.w, format: .learnt(c), gap: 1)
        let options = (index + c) % 4
        let read = MapReading(dy, affine: options & 1 != 0, relu: options & 2 != 0, seed: 83)
        for place in MapResampleTests.places {
          for (mode, rounding) in MapResampleTests.modes {
            check(level, read, Axis(size.from.h, size.to.h, place), Axis(size.from.w, size.to.w, place), mode, rounding)
          }
        }
      }
    }
  }

  private func check(
    _ level: KernelLevel, _ read: MapReading, _ rows: Axis, _ columns: Axis, _ mode: UInt32, _ rounding: UInt32
  ) {
    let (c, values) = (read.map.c, read.values)
    let count = c * rows.from * columns.from
    var (exact, sizes) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for y in 0..<rows.to {
      for row in rows.taps(y, mode: mode, rounding: rounding) where row.weight != 0 {
        for x in 0..<columns.to {
          for column in columns.taps(x, mode: mode, rounding: rounding) where column.weight != 0 {
            for channel in 0..<c {
              let part = row.weight * column.weight * values[(channel * rows.to + y) * columns.to + x]
              exact[(channel * rows.from + row.pixel) * columns.from + column.pixel] += part
              sizes[(channel * rows.from + row.pixel) * columns.from + column.pixel] += abs(part)
            }
          }
        }
      }
    }
    var resize = sth_map_resize(
      mode: mode, place: rows.place, rounding: rounding, ratio_h: Double(rows.ratio.over) / Double(rows.ratio.under),
      ratio_w: Double(columns.ratio.over) / Double(columns.ratio.under))
    var source = read.source
    let name = "\(c) channels, \(rows) by \(columns), mode \(mode) \(rounding)"
    let result = withExtendedLifetime(read) {
      GuardedMap.written(c: c, h: rows.from, w: columns.from, format: .learnt(c), name) {
        level.maps.resize_gradient($0, &source, &resize, $1, $2)
      }
    }
    result.expect(exact, within: sizes.map { 1e-5 * $0 + 1e-6 }, name)
  }
}
