// MapApplyTests.swift - scale, shift, relu, sums and changes of format of maps, element by element.
import Kernels
import PluginAPI
import Testing

@Suite struct MapApplyTests {
  static let sizes: [(c: Int, h: Int, w: Int)] = [
    (1, 1, 1), (3, 2, 17), (4, 3, 5), (5, 1, 1), (15, 2, 2), (16, 2, 15), (17, 3, 16), (33, 1, 31), (3, 1, 33),
    (2, 16, 67), (4, 1, 64),
  ]

  /// Which of the three maps are one.
  enum Aliasing: CaseIterable { case none, source, addend }

  @Test("apply reads, sums and converts within 4 roundings, also in place", arguments: KernelLevel.all)
  func apply(level: KernelLevel) {
    for size in Self.sizes {
      for (from, plus, to) in Self.triples(size.c) {
        for options in 0..<16 {
          for aliasing in Aliasing.allCases {
            if aliasing == .source && from != to || aliasing == .addend && plus != to { continue }
            check(level, size, formats: (from, plus, to), options: options, aliasing: aliasing)
          }
        }
      }
    }
  }

  private static func triples(_ c: Int) -> [(MapFormat, MapFormat?, MapFormat)] {
    MapFormat.possible(c).flatMap { from in
      MapFormat.possible(c).flatMap { to in [(from, nil, to)] + MapFormat.possible(c).map { (from, $0, to) } }
    }
  }

  private func check(
    _ level: KernelLevel, _ size: (c: Int, h: Int, w: Int), formats: (from: MapFormat, plus: MapFormat?, to: MapFormat),
    options: Int, aliasing: Aliasing
  ) {
    func map(_ format: MapFormat, gap: Int) -> GuardedMap {
      GuardedMap(c: size.c, h: size.h, w: size.w, format: format, gap: gap)
    }
    let source = MapReading(map(formats.from, gap: 1), affine: options & 1 != 0, relu: options & 2 != 0, seed: 21)
    if formats.plus == nil && options >= 4 { return }
    let addend = formats.plus.map {
      MapReading(map($0, gap: 2), affine: options & 4 != 0, relu: options & 8 != 0, seed: 22)
    }
    let expected = addend.map { zip(source.values, $0.values).map(+) } ?? source.values
    let result =
      switch aliasing {
      case .none: map(formats.to, gap: 3)
      case .source: source.map
      case .addend: addend?.map ?? source.map
      }
    var (dst, read) = (result.map, source.source)
    withExtendedLifetime((source, addend, result)) {
      let rows = Int32(size.h)
      if var more = addend?.source {
        level.maps.apply(&dst, &read, &more, rows / 2, rows)
        level.maps.apply(&dst, &read, &more, 0, rows / 2)
      } else {
        level.maps.apply(&dst, &read, nil, 0, rows)
      }
    }
    let name = "\(level.testDescription) \(size) \(formats), options \(options), \(aliasing)"
    #expect(result.complaint == nil, "\(name): \(result.complaint ?? "")")
    #expect(source.map.complaint == nil && addend?.map.complaint == nil, "\(name)")
    let slack = formats.to.isBf16 ? 0x1.01p-8 : 0
    let agree = zip(result.values, expected).allSatisfy { abs(Double($0) - $1) <= 4 * 0x1p-23 + slack * abs($1) }
    #expect(agree, "\(name)")
  }

  /// Bit patterns whose lower half decides how they are rounded.
  static let patterns: [UInt32] = [
    0x3f80_0000, 0x3f80_7fff, 0x3f80_8000, 0x3f80_8001, 0x3f81_7fff, 0x3f81_8000, 0x3f81_8001, 0xbf80_8000, 0xbf81_8000,
    0x0000_0000, 0x8000_0000, 0x7f7f_7fff, 0x7f7f_8000, 0xff7f_ffff, 0x7f80_0000, 0xff80_0000, 0x00ff_8000, 0x3fff_8000,
    0x3fff_ffff, 0x4b7f_ffff, 0x0080_0001,
  ]

  @Test("bfloat16 is rounded to nearest, ties to even; infinity stays, NaN stays NaN", arguments: KernelLevel.all)
  func rounding(level: KernelLevel) {
    var random = SeededValues(seed: 77)
    let numbers = Self.patterns.map(Float.init(bitPattern:)) + (0..<43).map { _ in random.next() * 1e3 }
    let nans = [0x7fc0_0000, 0x7f80_0001, 0xffff_ffff, 0xff80_ffff].map { Float(bitPattern: $0) }
    let source = GuardedMap(c: 16, h: 1, w: 4, format: .blocked)
    let result = GuardedMap(c: 16, h: 1, w: 4, format: .blockedBf16)
    for values in [numbers, nans + numbers.dropLast(4)] {
      var next = values.makeIterator()
      source.fill { next.next() ?? 0 }
      var (dst, read) = (result.map, sth_map_source(map: source.map, scale: nil, shift: nil, relu: 0))
      withExtendedLifetime((source, result)) { level.maps.apply(&dst, &read, nil, 0, 1) }
      for (got, value) in zip(result.values, values) {
        if value.isNaN {
          #expect(got.isNaN)
        } else {
          #expect(got.bitPattern == value.roundedToBf16.bitPattern, "\(value): \(got)")
        }
      }
    }
  }

  @Test("the oracle of roundings itself knows ties, infinity and the largest number")
  func oracleRounds() {
    let pairs: [(UInt32, UInt32)] = [
      (0x3f80_8000, 0x3f80_0000), (0x3f81_8000, 0x3f82_0000), (0x3f80_8001, 0x3f81_0000), (0x7f7f_8000, 0x7f80_0000),
      (0x7f7f_7fff, 0x7f7f_0000), (0xff80_0000, 0xff80_0000), (0xbf81_8000, 0xbf82_0000),
    ]
    for (from, to) in pairs { #expect(Float(bitPattern: from).roundedToBf16.bitPattern == to) }
  }

  @Test("without scale, shift and addend apply copies bits", arguments: KernelLevel.all)
  func copies(level: KernelLevel) {
    for c in [3, 17] {
      for format in MapFormat.all(c) {
        var random = SeededValues(seed: 2)
        let source = GuardedMap(c: c, h: 2, w: 9, format: format)
        source.fill { random.next() * 1e30 }
        source[0, 0, 3] = .infinity
        let result = GuardedMap(c: c, h: 2, w: 9, format: format)
        var (dst, read) = (result.map, sth_map_source(map: source.map, scale: nil, shift: nil, relu: 0))
        withExtendedLifetime((source, result)) { level.maps.apply(&dst, &read, nil, 0, 2) }
        #expect(result.bitPatterns == source.bitPatterns)
      }
    }
  }
}
