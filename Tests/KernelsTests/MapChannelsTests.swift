// MapChannelsTests.swift - channels copied, averaged and laid out as pixels, element by element.
import Kernels
import PluginAPI
import Testing

@Suite struct MapChannelsTests {
  /// A source's channels, the first taken, how many, a destination's channels, the first written.
  static let copies: [(srcC: Int, first: Int, count: Int, dstC: Int, at: Int)] = [
    (3, 0, 3, 3, 0), (3, 1, 2, 4, 2), (3, 0, 3, 35, 16), (3, 0, 3, 35, 32), (3, 0, 1, 20, 19), (4, 0, 4, 20, 14),
    (16, 0, 16, 48, 16), (16, 0, 16, 40, 3), (32, 16, 16, 16, 0), (32, 0, 32, 64, 32), (17, 0, 17, 17, 0),
    (17, 0, 17, 33, 16), (40, 7, 25, 30, 5), (40, 16, 24, 24, 0), (40, 16, 24, 40, 16), (20, 17, 3, 3, 0),
    (64, 5, 40, 40, 0), (33, 32, 1, 49, 48), (48, 1, 47, 48, 0),
  ]

  @Test("copy_channels moves channels and leaves the others alone, in any formats", arguments: KernelLevel.all)
  func copy(level: KernelLevel) {
    for copy in Self.copies {
      for from in MapFormat.possible(copy.srcC) {
        for to in MapFormat.possible(copy.dstC) {
          for options in 0..<4 { check(level, copy, from, to, options: options) }
        }
      }
    }
  }

  private func check(
    _ level: KernelLevel, _ copy: (srcC: Int, first: Int, count: Int, dstC: Int, at: Int), _ from: MapFormat,
    _ to: MapFormat, options: Int
  ) {
    let (h, w) = options == 0 ? (3, 17) : (2, 5)
    let source = GuardedMap(c: copy.srcC, h: h, w: w, format: from, gap: 1)
    let read = MapReading(source, affine: options & 1 != 0, relu: options & 2 != 0, seed: 51)
    var (random, exact) = (SeededValues(seed: 52), [Double]())
    let result = GuardedMap(c: copy.dstC, h: h, w: w, format: to, gap: 2)
    for c in 0..<copy.dstC {
      for y in 0..<h { for x in 0..<w { result[c, y, x] = random.next() } }
    }
    let (before, values) = (result.values, read.values)
    for index in before.indices {
      let c = index / (h * w) - copy.at
      let taken = (0..<copy.count).contains(c)
      exact.append(taken ? values[(copy.first + c) * h * w + index % (h * w)] : Double(before[index]))
    }
    var (dst, from) = (result.map, read.source)
    let (dstC, srcC, count) = (Int32(copy.at), Int32(copy.first), Int32(copy.count))
    withExtendedLifetime((read, result)) {
      level.maps.copy_channels(&dst, dstC, &from, srcC, count, 1, dst.h)
      level.maps.copy_channels(&dst, dstC, &from, srcC, count, 0, 1)
    }
    let name = "\(copy), \(source.format) to \(to), options \(options)"
    let reachesEnd = copy.at + copy.count == copy.dstC
    let complaint = result.complaint(numbersAreFinite: reachesEnd)
    #expect(complaint == nil, "\(name): \(complaint ?? "")")
    result.expect(exact, within: 1e-6, name)
    for (index, value) in result.values.enumerated() {
      let c = index / (h * w) - copy.at
      if !(0..<copy.count).contains(c) { #expect(value == before[index], "\(name): channel \(c + copy.at)") }
    }
  }

  @Test("two copies are a concatenation, in either order", arguments: KernelLevel.all)
  func concatenation(level: KernelLevel) {
    for (first, second) in [(3, 3), (1, 16), (16, 1), (5, 12), (16, 24), (17, 17), (40, 40)] {
      for format in MapFormat.all(first + second) {
        for backwards in [false, true] {
          let maps = [first, second].map { c in
            MapReading(
              GuardedMap(c: c, h: 2, w: 7, format: MapFormat.all(c)[0]), affine: false, relu: false, seed: UInt64(c))
          }
          let result = GuardedMap(c: first + second, h: 2, w: 7, format: format)
          var dst = result.map
          withExtendedLifetime((maps, result)) {
            for part in backwards ? [1, 0] : [0, 1] {
              var source = maps[part].source
              level.maps.copy_channels(&dst, part == 0 ? 0 : Int32(first), &source, 0, source.map.c, 0, 2)
            }
          }
          #expect(result.complaint == nil, "\(first) + \(second) \(format): \(result.complaint ?? "")")
          result.expect(maps[0].values + maps[1].values, within: 0, "\(first) + \(second) \(format)")
        }
      }
    }
  }

  @Test("channel_mean averages the channels of each pixel", arguments: KernelLevel.all)
  func mean(level: KernelLevel) {
    for c in [1, 3, 4, 5, 16, 17, 40, 130] {
      for from in MapFormat.possible(c) {
        for to in MapFormat.allCases {
          for (options, (h, w)) in [(1, 1), (2, 2), (3, 17), (2, 33)].enumerated() {
            let source = GuardedMap(c: c, h: h, w: w, format: from, gap: 1)
            let read = MapReading(source, affine: options & 1 != 0, relu: options & 2 != 0, seed: 61)
            let values = read.values
            let exact = (0..<h * w).map { pixel in
              (0..<c).reduce(0) { $0 + values[$1 * h * w + pixel] } / Double(c)
            }
            var reading = read.source
            let name = "\(c)x\(h)x\(w), \(from) to \(to)"
            let result = withExtendedLifetime(read) {
              GuardedMap.written(c: 1, h: h, w: w, format: to, name) { level.maps.channel_mean($0, &reading, $1, $2) }
            }
            result.expect(exact, within: 1e-6, name)
          }
        }
      }
    }
  }

  @Test("depth_to_space lays squares of channels out as pixels, in any formats", arguments: KernelLevel.all)
  func depthToSpace(level: KernelLevel) {
    for c in [1, 3, 4, 5, 16, 17] {
      for factor in 1...4 {
        for from in MapFormat.possible(c * factor * factor) {
          for to in MapFormat.possible(c) {
            for (options, (h, w)) in [(1, 1), (2, 3), (1, 17), (3, 2)].enumerated() {
              let source = GuardedMap(c: c * factor * factor, h: h, w: w, format: from, gap: 1)
              let read = MapReading(source, affine: options & 1 != 0, relu: options & 2 != 0, seed: 71)
              let values = read.values
              var exact: [Double] = []
              for channel in 0..<c {
                for y in 0..<h * factor {
                  for x in 0..<w * factor {
                    let deep = (channel * factor + y % factor) * factor + x % factor
                    exact.append(values[(deep * h + y / factor) * w + x / factor])
                  }
                }
              }
              var reading = read.source
              let name = "\(c)x\(h)x\(w) by \(factor), \(from) to \(to)"
              let result = withExtendedLifetime(read) {
                GuardedMap.written(c: c, h: h * factor, w: w * factor, format: to, name) {
                  level.maps.depth_to_space($0, &reading, Int32(factor), $1, $2)
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
