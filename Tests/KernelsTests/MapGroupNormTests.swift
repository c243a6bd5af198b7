// MapGroupNormTests.swift - what a norm over groups of channels divides by, and means that are maps themselves.
import Foundation
import Kernels
import PluginAPI
import Testing

@Suite struct MapGroupNormTests {
  static let groups: [(c: Int, groups: Int)] = [
    (1, 1), (3, 1), (3, 3), (4, 2), (5, 1), (16, 1), (16, 4), (17, 17), (40, 1), (40, 5), (40, 20), (64, 32), (36, 6),
  ]

  /// The records of a map, its rows in units of their own.
  private func records(_ level: KernelLevel, _ source: GuardedMap) -> (values: ChannelVector, units: Int32) {
    var map = source.map
    let units = level.maps.moments_units(&map)
    let records = ChannelVector(count: Int(units) * Int(sth_map_moments_floats(map.c)))
    withExtendedLifetime(source) { level.maps.moments(records.pointer, &map, 0, units) }
    return (records, units)
  }

  @Test(
    "finish_groups normalises groups by their own statistics, at any distance from zero", arguments: KernelLevel.all)
  func finishGroups(level: KernelLevel) {
    for (c, groups) in Self.groups {
      for format in MapFormat.all(c) where !format.isBf16 {
        for (h, w, offset) in [(1, 1, Float(0)), (3, 5, 0), (17, 9, -300), (9, 33, 1e4), (20, 7, 1e6)] {
          var random = SeededValues(seed: 3)
          let source = GuardedMap(c: c, h: h, w: w, format: format)
          source.fill { random.next() + offset }
          for options in 0..<8 { check(level, source, groups: groups, options: options) }
        }
      }
    }
  }

  /// Bits of `options`: unbiased, epsilon on the deviation, gamma and beta.
  private func check(_ level: KernelLevel, _ source: GuardedMap, groups: Int, options: Int) {
    let c = source.c
    let (values, units) = records(level, source)
    var random = SeededValues(seed: 7)
    let (gamma, beta) = (ChannelVector(random.array(c)), ChannelVector(random.array(c)))
    let (scale, shift) = (ChannelVector(count: c), ChannelVector(count: c))
    var norm = sth_map_group_norm(
      groups: Int32(groups), unbiased: options & 1 != 0 ? 1 : 0, epsilon_on_deviation: options & 2 != 0 ? 1 : 0,
      epsilon: 1e-3)
    let affine = options & 4 != 0
    level.maps.moments_finish_groups(
      scale.pointer, shift.pointer, values.pointer, units, Int32(c), affine ? gamma.pointer : nil,
      affine ? beta.pointer : nil, &norm)
    let name = "\(c)x\(source.h)x\(source.w) in \(groups) groups, options \(options)"
    #expect(scale.guardsIntact && shift.guardsIntact && values.guardsIntact, "\(name): wrote beside")
    #expect(scale.padding.allSatisfy { $0 == 0 } && shift.padding.allSatisfy { $0 == 0 }, "\(name)")

    let size = c / groups
    let elements = source.values.map(Double.init)
    let plane = source.h * source.w
    for group in 0..<groups {
      let members = elements[group * size * plane..<(group + 1) * size * plane]
      let count = Double(members.count)
      let mean = members.reduce(0, +) / count
      let squares = members.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let variance = squares / max(1, options & 1 != 0 ? count - 1 : count)
      let deviation = options & 2 != 0 ? variance.squareRoot() + 1e-3 : (variance + 1e-3).squareRoot()
      // A record's mean is a float32; what it cannot say, neither can the norm.
      let step = 0x1p-23 * abs(mean)
      for channel in group * size..<(group + 1) * size {
        let factor = (affine ? Double(gamma.values[channel]) : 1) / deviation
        let offset = (affine ? Double(beta.values[channel]) : 0) - mean * factor
        let off = 1e-5 + 2 * step * step / (deviation * deviation) + 2 * step / deviation * 1e-1
        #expect(abs(Double(scale.values[channel]) - factor) <= off * abs(factor), "\(name): scale \(channel)")
        // The number in the middle of the group comes out as beta.
        let middle = mean * Double(scale.values[channel]) + Double(shift.values[channel])
        let wanted = mean * factor + offset
        let slack = 1e-5 + (2 * step + 0x1p-22 * abs(mean)) * abs(factor)
        #expect(abs(middle - wanted) <= slack, "\(name): shift \(channel), \(middle) not \(wanted)")
      }
    }
  }

  @Test("statistics of records known beforehand join exactly", arguments: KernelLevel.all)
  func knownRecords(level: KernelLevel) {
    // Two channels, two units: 3 pixels of mean 1 and 5 of mean 2, squares 4 and 6; then means 10 and 20, squares 1 and 2.
    let records = ChannelVector(count: 2 * Int(sth_map_moments_floats(2)))
    for index in 0..<records.count { records.pointer[index] = 0 }
    let units: [[Float]] = [[3, 1, 10, 4, 1], [5, 2, 20, 6, 2]]
    for (unit, numbers) in units.enumerated() {
      let record = records.pointer + unit * Int(sth_map_moments_floats(2))
      (record[0], record[16], record[17], record[32], record[33]) = (
        numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]
      )
    }
    let mean = 143 / 16.0  // (3 * 1 + 5 * 2 + 3 * 10 + 5 * 20) / 16
    let squares = 13 + zip([3, 5, 3, 5], [1, 2, 10, 20]).reduce(0.0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    let (scale, shift) = (ChannelVector(count: 2), ChannelVector(count: 2))
    let divisors: [(Int32, Double)] = [(0, 16), (1, 15)]
    for (unbiased, count) in divisors {
      var norm = sth_map_group_norm(groups: 1, unbiased: unbiased, epsilon_on_deviation: 1, epsilon: 0.5)
      level.maps.moments_finish_groups(scale.pointer, shift.pointer, records.pointer, 2, 2, nil, nil, &norm)
      let factor = 1 / ((squares / count).squareRoot() + 0.5)
      for lane in 0..<2 {
        #expect(abs(Double(scale.values[lane]) - factor) <= 1e-7 * factor)
        #expect(abs(Double(shift.values[lane]) + mean * factor) <= 1e-7 * mean * factor)
      }
    }
  }

  @Test("moments_mean and channel_vector carry numbers per channel, in every format", arguments: KernelLevel.all)
  func meansAsMaps(level: KernelLevel) {
    for c in [1, 3, 4, 5, 16, 17, 40] {
      for format in MapFormat.possible(c) {
        var random = SeededValues(seed: 13)
        let source = GuardedMap(c: c, h: 19, w: 7, format: MapFormat.all(c)[0])
        source.fill { random.next() + 2 }
        let (values, units) = records(level, source)
        let means = GuardedMap(c: c, h: 1, w: 1, format: format, gap: 1)
        var dst = means.map
        let vector = ChannelVector(count: c)
        withExtendedLifetime(means) {
          level.maps.moments_mean(&dst, values.pointer, units)
          level.maps.channel_vector(vector.pointer, &dst)
        }
        #expect(means.complaint == nil, "\(c) \(format): \(means.complaint ?? "")")
        means.expect((0..<c).map { MapStatistics(source, channel: $0).mean }, within: 1e-6, "\(c) \(format)")
        #expect(vector.values == means.values && vector.padding.allSatisfy { $0 == 0 }, "\(c) \(format)")
        #expect(vector.guardsIntact && values.guardsIntact, "\(c) \(format)")
      }
    }
  }
}
