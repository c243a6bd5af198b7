// MapResampleTests.swift - maps brought to other sizes, against an oracle that counts places in whole numbers.
import Foundation
import Kernels
import PluginAPI
import Testing

@Suite struct MapResampleTests {
  /// An axis: pixels in, pixels out, and input pixels for one output pixel as a fraction.
  struct Axis: Sendable {
    var from: Int
    var to: Int
    var place: UInt32
    var ratio: (over: Int, under: Int)

    /// As a resize to a size counts it.
    init(_ from: Int, _ to: Int, _ place: UInt32) {
      (self.from, self.to, self.place) = (from, to, place)
      ratio = (from, to)
      if place == STH_RESIZE_ALIGN_CORNERS { ratio = to > 1 ? (from - 1, to - 1) : (0, 1) }
    }

    /// Where output pixel `i` lies, as a fraction.
    func fraction(_ i: Int) -> (over: Int, under: Int) {
      if place != STH_RESIZE_HALF_PIXEL { return (i * ratio.over, ratio.under) }
      return ((2 * i + 1) * ratio.over - ratio.under, 2 * ratio.under)
    }

    /// The pixels that output pixel `i` is made of, with their weights.
    func taps(_ i: Int, mode: UInt32, rounding: UInt32) -> [(pixel: Int, weight: Double)] {
      let (over, under) = fraction(i)
      func within(_ pixel: Int) -> Int { min(max(pixel, 0), from - 1) }
      if mode == STH_RESIZE_NEAREST { return [(within(Self.rounded(over, under, rounding)), 1)] }
      let place = Double(over) / Double(under)
      let first = Self.rounded(over, under, STH_ROUND_FLOOR)
      return (first - 2...first + 3).map { (within($0), Self.weight(abs(place - Double($0)), mode)) }
    }

    private static func rounded(_ over: Int, _ under: Int, _ rounding: UInt32) -> Int {
      func floored(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((-a + b - 1) / b) }
      switch rounding {
      case STH_ROUND_FLOOR: return floored(over, under)
      case STH_ROUND_CEIL: return -floored(-over, under)
      case STH_ROUND_PREFER_FLOOR: return -floored(under - 2 * over, 2 * under)
      default: return floored(2 * over + under, 2 * under)
      }
    }

    /// Of a pixel at a distance: the tent, and the kernel of Keys (1981).
    private static func weight(_ d: Double, _ mode: UInt32) -> Double {
      if mode == STH_RESIZE_LINEAR { return max(0, 1 - d) }
      let a = -0.75
      if d <= 1 { return (a + 2) * d * d * d - (a + 3) * d * d + 1 }
      return d < 2 ? a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a : 0
    }
  }

  static let places = [STH_RESIZE_HALF_PIXEL, STH_RESIZE_ALIGN_CORNERS, STH_RESIZE_ASYMMETRIC]

  /// Each mode, nearest with every rounding.
  static let modes: [(mode: UInt32, rounding: UInt32)] =
    [STH_ROUND_FLOOR, STH_ROUND_CEIL, STH_ROUND_PREFER_FLOOR, STH_ROUND_PREFER_CEIL].map { (STH_RESIZE_NEAREST, $0) }
    + [
      (STH_RESIZE_LINEAR, 0), (STH_RESIZE_CUBIC, 0),
    ]

  static let sizes: [(from: (h: Int, w: Int), to: (h: Int, w: Int))] = [
    ((1, 1), (1, 1)), ((1, 1), (3, 5)), ((3, 2), (1, 1)), ((2, 3), (4, 6)), ((4, 6), (2, 3)), ((5, 7), (11, 17)),
    ((6, 10), (4, 7)), ((3, 33), (9, 16)), ((2, 9), (7, 36)),
  ]

  @Test("resize weighs the pixels around each place, for every mode and place", arguments: KernelLevel.all)
  func resize(level: KernelLevel) {
    for c in [1, 3, 5, 16, 17, 40] {
      for format in MapFormat.possible(c) {
        for (index, size) in Self.sizes.enumerated() {
          let source = GuardedMap(c: c, h: size.from.h, w: size.from.w, format: format, gap: 1)
          let options = (index + c) % 4
          let read = MapReading(source, affine: options & 1 != 0, relu: options & 2 != 0, seed: 81)
          for place in Self.places {
            for (mode, rounding) in Self.modes {
              check(
                level, read, Axis(size.from.h, size.to.h, place), Axis(size.from.w, size.to.w, place), mode, rounding)
            }
          }
        }
      }
    }
  }

  @Test("a ratio of its own may differ from that of the sizes", arguments: KernelLevel.all)
  func ratios(level: KernelLevel) {
    let read = MapReading(GuardedMap(c: 3, h: 5, w: 9, format: .planar), affine: false, relu: false, seed: 3)
    for place in Self.places {
      for (over, under) in [(10, 17), (3, 5), (1, 3), (7, 2), (2, 3)] {
        for (mode, rounding) in Self.modes {
          var (rows, columns) = (
            Axis(5, max(1, 5 * under / over), place), Axis(9, max(1, 9 * under / over), place)
          )
          (rows.ratio, columns.ratio) = ((over, under), (over, under))
          check(level, read, rows, columns, mode, rounding)
        }
      }
    }
  }

  @Test("scales that are float32 round to the pixels that ONNX Runtime takes", arguments: KernelLevel.all)
  func scalesOfFloat32(level: KernelLevel) {
    let columns = GuardedMap(c: 1, h: 1, w: 33, format: .planar)
    var count: Float = -1
    columns.fill {
      count += 1
      return count
    }
    func shown(_ scale: Float, _ place: UInt32, width: Int) -> [Float] {
      var source = sth_map_source(map: columns.map, scale: nil, shift: nil, relu: 0)
      var resize = sth_map_resize(
        mode: STH_RESIZE_NEAREST, place: place, rounding: STH_ROUND_FLOOR, ratio_h: 1, ratio_w: 1 / Double(scale))
      return withExtendedLifetime(columns) {
        GuardedMap.written(c: 1, h: 1, w: width, format: .planar, "\(scale)") {
          level.maps.resize($0, &source, &resize, $1, $2)
        }.values
      }
    }
    // 3 / 0.6 and 6 / 0.6 are whole numbers in float32, 9 / 0.6 is just below one.
    #expect(shown(0.6, STH_RESIZE_ASYMMETRIC, width: 10) == [0, 1, 3, 5, 6, 8, 10, 11, 13, 14])
    // 0.5 / (1 / 3) is 1.5 in float32, and so on: each place is a whole number.
    #expect(shown(1 / 3, STH_RESIZE_HALF_PIXEL, width: 5) == [1, 4, 7, 10, 13])
  }

  private func check(
    _ level: KernelLevel, _ read: MapReading, _ rows: Axis, _ columns: Axis, _ mode: UInt32, _ rounding: UInt32
  ) {
    let (c, values) = (read.map.c, read.values)
    let (down, across) = (
      (0..<rows.to).map { rows.taps($0, mode: mode, rounding: rounding) },
      (0..<columns.to).map { columns.taps($0, mode: mode, rounding: rounding) }
    )
    var exact: [Double] = []
    for channel in 0..<c {
      for y in down {
        for x in across {
          var sum = 0.0
          for row in y where row.weight != 0 {
            for column in x where column.weight != 0 {
              let value = values[(channel * rows.from + row.pixel) * columns.from + column.pixel]
              sum += row.weight * column.weight * value
            }
          }
          exact.append(sum)
        }
      }
    }
    var resize = sth_map_resize(
      mode: mode, place: rows.place, rounding: rounding, ratio_h: Double(rows.ratio.over) / Double(rows.ratio.under),
      ratio_w: Double(columns.ratio.over) / Double(columns.ratio.under))
    var source = read.source
    let name = "\(c) channels \(read.map.format), \(rows) by \(columns), mode \(mode) \(rounding)"
    let result = withExtendedLifetime(read) {
      GuardedMap.written(c: c, h: rows.to, w: columns.to, format: read.map.format, name) {
        level.maps.resize($0, &source, &resize, $1, $2)
      }
    }
    result.expect(exact, within: 3e-6, name)
  }
}
