// MapMedianTests.swift - the median of 3 x 3 pixels of maps, by sorting them.
import Kernels
import PluginAPI
import Testing

@Suite struct MapMedianTests {
  static let sizes = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (5, 16), (4, 17), (3, 35), (2, 70)]

  @Test("median3 is the fifth of nine, whatever lies outside", arguments: KernelLevel.all)
  func median(level: KernelLevel) {
    for c in [1, 3, 4, 5, 16, 17, 40] {
      for format in MapFormat.possible(c) {
        for (h, w) in Self.sizes {
          for mode in MapConvTests.modes {
            for options in 0..<4 { check(level, (c, h, w), format, mode, options: options) }
          }
        }
      }
    }
  }

  private func check(
    _ level: KernelLevel, _ size: (c: Int, h: Int, w: Int), _ format: MapFormat, _ mode: UInt32, options: Int
  ) {
    let (c, h, w) = size
    let source = GuardedMap(c: c, h: h, w: w, format: format, gap: 1)
    let read = MapReading(source, affine: options & 1 != 0, relu: options & 2 != 0, seed: 91)
    let values = read.values
    var exact: [Double] = []
    for channel in 0..<c {
      for y in 0..<h {
        for x in 0..<w {
          let around = (0..<9).map { tap in
            let row = Conv2dCase.walk(y + tap / 3 - 1, h, mode), column = Conv2dCase.walk(x + tap % 3 - 1, w, mode)
            guard let row, let column else { return 0.0 }
            return values[(channel * h + row) * w + column]
          }
          exact.append(around.sorted()[4])
        }
      }
    }
    var reading = read.source
    let name = "\(size) \(format), mode \(mode), options \(options)"
    let result = withExtendedLifetime(read) {
      GuardedMap.written(c: c, h: h, w: w, format: format, name) { level.maps.median3($0, &reading, mode, $1, $2) }
    }
    result.expect(exact, within: options & 1 != 0 ? 1e-6 : 0, name)
  }
}
