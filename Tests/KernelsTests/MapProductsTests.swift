// MapProductsTests.swift - sums of products of maps per channel, and maps where others are positive.
import Kernels
import PluginAPI
import Testing

@Suite struct MapProductsTests {
  static let sizes = [(1, 1), (2, 3), (7, 16), (8, 5), (9, 33), (19, 2)]

  @Test("products are sums of eight rows each, and join adds them up", arguments: KernelLevel.all)
  func products(level: KernelLevel) {
    for c in [1, 3, 4, 5, 16, 17, 40] {
      for (index, (h, w)) in Self.sizes.enumerated() {
        for alone in [false, true] {
          let options = index % 4
          let first = MapReading(
            GuardedMap(c: c, h: h, w: w, format: .learnt(c), gap: 1), affine: options & 1 != 0, relu: options & 2 != 0,
            seed: 51)
          let second = MapReading(
            GuardedMap(c: c, h: h, w: w, format: .learnt(c)), affine: options & 2 != 0, relu: false, seed: 52)
          check(level, first, alone ? nil : second, "\(c)x\(h)x\(w)\(alone ? " alone" : ""), options \(options)")
        }
      }
    }
  }

  private func check(_ level: KernelLevel, _ a: MapReading, _ b: MapReading?, _ name: String) {
    let (c, h, plane) = (a.map.c, a.map.h, a.map.h * a.map.w)
    var (map, first, second) = (a.map.map, a.source, (b ?? a).source)
    let units = level.maps.moments_units(&map)
    let padded = (c + 15) / 16 * 16
    let records = UnitSplit.allCases.map { split in
      let records = ChannelVector(count: Int(units) * padded)
      withExtendedLifetime((a, b)) {
        for part in split.parts(units) {
          if b == nil {
            level.maps.products(records.pointer, &first, nil, part.lowerBound, part.upperBound)
          } else {
            level.maps.products(records.pointer, &first, &second, part.lowerBound, part.upperBound)
          }
        }
      }
      #expect(records.guardsIntact)
      return records
    }
    for other in records.dropFirst() {
      #expect(other.values.map(\.bitPattern) == records[0].values.map(\.bitPattern), "\(name): depends on the parts")
    }
    let terms = zip(a.values, b?.values ?? Array(repeating: 1, count: c * plane)).map { $0 * $1 }
    let width = a.map.w
    for unit in 0..<Int(units) {
      for lane in 0..<padded {
        let rows = unit * 8..<min(unit * 8 + 8, h)
        let part =
          lane < c ? terms[lane * plane + rows.lowerBound * width..<lane * plane + rows.upperBound * width] : []
        let (sum, size) = (part.reduce(0, +), part.reduce(0) { $0 + abs($1) })
        let told = Double(records[0].values[unit * padded + lane])
        #expect(abs(told - sum) <= 1e-6 * size, "\(name), unit \(unit), lane \(lane)")
      }
    }
    let result = GuardedMap(c: c, h: 1, w: 1, format: .learnt(c))
    var dst = result.map
    withExtendedLifetime(result) { level.maps.products_join(&dst, records[0].pointer, units, -0.5) }
    #expect(result.complaint == nil, "\(name): \(result.complaint ?? "")")
    let joined = (0..<c).map { channel in
      (0..<Int(units)).reduce(0) { $0 + Double(records[0].values[$1 * padded + channel]) } * -0.5
    }
    result.expect(joined, within: joined.map { 0x1p-23 * abs($0) }, "\(name), joined")
  }

  @Test("gate lets through what lies where another map is positive, in place too", arguments: KernelLevel.all)
  func gate(level: KernelLevel) {
    for c in [1, 3, 4, 5, 16, 17, 40] {
      for (h, w) in Self.sizes {
        for options in 0..<4 {
          let source = MapReading(
            GuardedMap(c: c, h: h, w: w, format: .learnt(c), gap: 1), affine: options & 1 != 0, relu: false, seed: 61)
          let gate = MapReading(
            GuardedMap(c: c, h: h, w: w, format: .learnt(c)), affine: options & 2 != 0, relu: options == 3, seed: 62)
          if !gate.affine { gate.map[c - 1, h - 1, w - 1] = .nan }
          if !gate.affine { gate.map[0, 0, 0] = 0 }
          let exact = zip(source.values, gate.values).map { $1 > 0 ? $0 : 0 }
          var (read, open) = (source.source, gate.source)
          let name = "\(c)x\(h)x\(w), options \(options)"
          withExtendedLifetime((source, gate)) {
            let result = GuardedMap.written(c: c, h: h, w: w, format: .learnt(c), name) {
              level.maps.gate($0, &read, &open, $1, $2)
            }
            result.expect(exact, within: 1e-6, name)
            var dst = source.map.map
            level.maps.gate(&dst, &read, &open, 0, Int32(h))
            #expect(source.map.complaint == nil, "\(name): \(source.map.complaint ?? "")")
            source.map.expect(exact, within: 1e-6, "\(name), in place")
          }
        }
      }
    }
  }
}
