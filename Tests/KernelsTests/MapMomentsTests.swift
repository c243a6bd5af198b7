// MapMomentsTests.swift - statistics of maps, and what a norm makes of them.
import Foundation
import Kernels
import PluginAPI
import Testing

@Suite struct MapMomentsTests {
  /// c, h, w around the planar limit, blocks, vectors and groups of rows.
  static let sizes: [(c: Int, h: Int, w: Int)] = [
    (1, 1, 1), (3, 1, 2), (4, 2, 1), (5, 1, 1), (15, 3, 7), (16, 7, 2), (17, 8, 9), (33, 9, 15), (3, 16, 17),
    (16, 17, 16), (5, 31, 33), (2, 40, 65), (32, 33, 64),
  ]

  /// The records that a level writes for a map.
  private func records(_ table: sth_map_kernels, _ source: GuardedMap, split: UnitSplit = .whole)
    -> (values: ChannelVector, units: Int32)
  {
    var map = source.map
    let units = table.moments_units(&map)
    let records = ChannelVector(count: Int(units) * Int(sth_map_moments_floats(map.c)))
    withExtendedLifetime(source) {
      for part in split.parts(units) { table.moments(records.pointer, &map, part.lowerBound, part.upperBound) }
    }
    #expect(records.guardsIntact)
    #expect(source.complaint == nil)
    return (records, units)
  }

  @Test(
    "mean and variance are right for any offset, to what a record's float32 mean can say", arguments: KernelLevel.all)
  func accurate(level: KernelLevel) {
    for size in Self.sizes {
      for format in MapFormat.all(size.c) {
        for offset: Float in [0, 1, -300, 1e4, 1e6] {
          var random = SeededValues(seed: 3)
          let source = GuardedMap(c: size.c, h: size.h, w: size.w, format: format, gap: 1)
          source.fill { random.next() + offset }
          let (values, units) = records(level.maps, source)
          for channel in 0..<size.c {
            let exact = MapStatistics(source, channel: channel)
            let told = MapStatistics(records: values, units: Int(units), c: size.c, channel: channel)
            let step = 0x1p-23 * abs(exact.mean)  // of a mean in float32
            #expect(told.count == exact.count)
            #expect(abs(told.mean - exact.mean) <= step + 1e-7, "\(size) \(format) at \(offset)")
            let bound = 1e-5 * exact.variance + 2 * step * exact.variance.squareRoot() + step * step + 1e-13
            #expect(abs(told.variance - exact.variance) <= bound, "\(size) \(format) at \(offset): \(told), \(exact)")
          }
        }
      }
    }
  }

  @Test("an outlier in front does not spoil the variance of the rest", arguments: KernelLevel.all)
  func outlierInFront(level: KernelLevel) {
    for (c, format) in [(1, MapFormat.planar), (16, .blocked)] {
      var random = SeededValues(seed: 3)
      let source = GuardedMap(c: c, h: 64, w: 65, format: format)
      source.fill { random.next() * 1e-3 }
      source[0, 0, 0] = 1e5
      let (values, units) = records(level.maps, source)
      let exact = MapStatistics(source, channel: 0)
      let told = MapStatistics(records: values, units: Int(units), c: c, channel: 0)
      // A norm divides by the deviation: that is what the mean has to be exact to.
      #expect(abs(told.mean - exact.mean) <= 1e-6 * abs(exact.mean) + 1e-7 * exact.variance.squareRoot())
      #expect(abs(told.variance - exact.variance) <= 1e-5 * exact.variance)
    }
  }

  @Test(
    "any division of the units gives the same records, and their number depends on h alone", arguments: KernelLevel.all)
  func splitsAgree(level: KernelLevel) {
    for size in Self.sizes {
      for format in MapFormat.all(size.c) {
        var random = SeededValues(seed: 8)
        let source = GuardedMap(c: size.c, h: size.h, w: size.w, format: format)
        source.fill { random.next() }
        let whole = records(level.maps, source)
        for split in UnitSplit.allCases {
          let parts = records(level.maps, source, split: split)
          #expect(parts.values.values.map(\.bitPattern) == whole.values.values.map(\.bitPattern))
        }
        let other = GuardedMap(c: 50, h: size.h, w: 7, format: .blocked)
        var map = other.map
        #expect(withExtendedLifetime(other) { level.maps.moments_units(&map) } == whole.units)
      }
    }
  }

  @Test("finish joins records of any sizes into scale and shift of a norm", arguments: KernelLevel.all)
  func finish(level: KernelLevel) {
    for c in [1, 3, 4, 5, 15, 16, 17, 33, 64] {
      for units in [1, 2, 7, 130] {
        for affine in [false, true] { checkFinish(level, c: c, units: units, affine: affine) }
      }
    }
  }

  private func checkFinish(_ level: KernelLevel, c: Int, units: Int, affine: Bool) {
    var random = SeededValues(seed: 5)
    let blocks = (c + 15) / 16
    let records = ChannelVector(count: units * Int(sth_map_moments_floats(Int32(c))))
    for index in 0..<records.count { records.pointer[index] = 0 }
    for unit in 0..<units {
      let record = records.pointer + unit * Int(sth_map_moments_floats(Int32(c)))
      record[0] = unit == 1 ? 0 : Float(unit % 5 * 100 + 1)  // an empty unit counts for nothing
      for channel in 0..<c {
        record[16 + channel] = random.next() + 3
        record[16 + blocks * 16 + channel] = unit == 1 ? 0 : abs(random.next()) * 200
      }
    }
    let (gamma, beta) = (ChannelVector(random.array(c)), ChannelVector(random.array(c)))
    let (scale, shift) = (ChannelVector(count: c), ChannelVector(count: c))
    let epsilon = 1e-5
    for block in (0..<Int32(blocks)).reversed() {
      level.maps.moments_finish(
        scale.pointer, shift.pointer, records.pointer, Int32(units), Int32(c), affine ? gamma.pointer : nil,
        affine ? beta.pointer : nil, epsilon, block, block + 1)
    }
    #expect(scale.guardsIntact && shift.guardsIntact)
    #expect(scale.padding.allSatisfy { $0 == 0 } && shift.padding.allSatisfy { $0 == 0 })
    for channel in 0..<c {
      let exact = MapStatistics(records: records, units: units, c: c, channel: channel)
      let factor = (affine ? Double(gamma.values[channel]) : 1) / (exact.variance + epsilon).squareRoot()
      let offset = (affine ? Double(beta.values[channel]) : 0) - exact.mean * factor
      #expect(abs(Double(scale.values[channel]) - factor) <= 0x1p-23 * abs(factor))
      #expect(abs(Double(shift.values[channel]) - offset) <= 0x1p-23 * abs(offset) + 1e-12)
    }
  }

  @Test("records of a map, finished and applied, give mean 0 and variance 1", arguments: KernelLevel.all)
  func normalises(level: KernelLevel) {
    let table = level.maps
    var random = SeededValues(seed: 4)
    let source = GuardedMap(c: 21, h: 19, w: 23, format: .blocked)
    source.fill { random.next() * 7 + 40 }
    let (values, units) = records(table, source)
    let (scale, shift) = (ChannelVector(count: 21), ChannelVector(count: 21))
    table.moments_finish(scale.pointer, shift.pointer, values.pointer, units, 21, nil, nil, 0, 0, 2)
    let result = GuardedMap(c: 21, h: 19, w: 23, format: .blocked)
    var dst = result.map
    var read = sth_map_source(map: source.map, scale: scale.pointer, shift: shift.pointer, relu: 0)
    withExtendedLifetime((source, result, scale, shift)) { table.apply(&dst, &read, nil, 0, 19) }
    #expect(result.complaint == nil)
    for channel in 0..<21 {
      let after = MapStatistics(result, channel: channel)
      #expect(abs(after.mean) < 1e-5 && abs(after.variance - 1) < 1e-5, "\(after)")
    }
  }
}
