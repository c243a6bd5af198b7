// MapActivateTests.swift - clamp and tanh of maps, element by element.
import Foundation
import Kernels
import PluginAPI
import Testing

@Suite struct MapActivateTests {
  static let sizes: [(c: Int, h: Int, w: Int)] = [
    (1, 1, 1), (3, 2, 17), (4, 1, 31), (3, 2, 64), (5, 1, 1), (15, 2, 2), (16, 3, 15), (33, 1, 16), (2, 33, 3),
  ]

  /// Runs an activation over a map, in place or not, in two parts.
  private func activate(_ level: KernelLevel, _ source: GuardedMap, _ activation: sth_map_activation, inPlace: Bool)
    -> GuardedMap
  {
    let result =
      inPlace ? source : GuardedMap(c: source.c, h: source.h, w: source.w, format: source.format, gap: 2)
    var (dst, src, activation) = (result.map, source.map, activation)
    withExtendedLifetime((source, result)) {
      level.maps.activate(&dst, &src, &activation, src.h / 2, src.h)
      level.maps.activate(&dst, &src, &activation, 0, src.h / 2)
    }
    #expect(result.complaint == nil, "\(result.complaint ?? "")")
    return result
  }

  @Test("clamp limits, keeps what is inside, and turns NaN into the lower limit", arguments: KernelLevel.all)
  func clamp(level: KernelLevel) {
    for size in Self.sizes {
      for format in MapFormat.all(size.c) {
        for (low, high, inPlace) in [(Float(-0.5), Float(1.25), false), (0.25, 0.75, true), (0, 255, false)] {
          var random = SeededValues(seed: 9)
          let source = GuardedMap(c: size.c, h: size.h, w: size.w, format: format, gap: 1)
          source.fill { random.next() * 300 * random.next() }
          source[0, 0, 0] = .nan
          source[size.c - 1, size.h - 1, size.w - 1] = size.c * size.h * size.w > 1 ? .infinity : .nan
          let before = source.values
          let clamping = sth_map_activation(function: STH_MAP_CLAMP, low: low, high: high)
          let result = activate(level, source, clamping, inPlace: inPlace)
          #expect(result.values == before.map { $0.isNaN ? low : min(max($0, low), high) }, "\(size) \(format)")
        }
      }
    }
  }

  @Test("tanh is within 1e-6 of the truth everywhere, odd, and inside -1 ... 1", arguments: KernelLevel.all)
  func tanhEverywhere(level: KernelLevel) {
    // Every magnitude from denormal to huge, then steps through the part that bends.
    let powers = (-140...127).flatMap { exponent in
      [Float(1), 1.3, 1.7].map { $0 * Float(sign: .plus, exponent: exponent, significand: 1) }
    }
    let steps = (0...20_000).map { Float($0) * 0.0005 }
    let numbers = (powers + steps).flatMap { [$0, -$0] } + [.infinity, -.infinity]
    let source = GuardedMap(c: 3, h: 3, w: (numbers.count + 8) / 9, format: .planar)
    var next = numbers.makeIterator()
    source.fill { next.next() ?? 0 }
    let before = source.values
    let result = activate(level, source, sth_map_activation(function: STH_MAP_TANH, low: 0, high: 0), inPlace: false)
    var worst = 0.0
    for (value, got) in zip(before, result.values) {
      let exact = Foundation.tanh(Double(value))
      worst = max(worst, abs(Double(got) - exact))
      #expect(abs(got) <= 1)
      // Small numbers keep their relative precision, as far as float32 has any.
      #expect(abs(Double(got) - exact) <= 1e-6 * abs(exact) + 0x1p-126, "tanh(\(value)) = \(got)")
    }
    #expect(worst < 1e-6, "\(worst)")
    #expect(
      zip(
        result.values,
        activate(level, negated(source), .init(function: STH_MAP_TANH, low: 0, high: 0), inPlace: true).values
      ).allSatisfy { $0 == -$1 })
  }

  private func negated(_ source: GuardedMap) -> GuardedMap {
    let result = GuardedMap(c: source.c, h: source.h, w: source.w, format: source.format)
    var next = source.values.makeIterator()
    result.fill { -(next.next() ?? 0) }
    return result
  }

  @Test("tanh of every format and size, in place too; NaN stays NaN", arguments: KernelLevel.all)
  func tanhOfMaps(level: KernelLevel) {
    for size in Self.sizes {
      for format in MapFormat.all(size.c) {
        for inPlace in [false, true] {
          var random = SeededValues(seed: 9)
          let source = GuardedMap(c: size.c, h: size.h, w: size.w, format: format, gap: 1)
          source.fill { random.next() * 4 }
          source[0, 0, 0] = .nan
          let before = source.values
          let activation = sth_map_activation(function: STH_MAP_TANH, low: 0, high: 0)
          let result = activate(level, source, activation, inPlace: inPlace)
          #expect(result[0, 0, 0].isNaN)
          for (value, got) in zip(before, result.values).dropFirst() {
            let bound = 1e-6 + (format.isBf16 ? 0x1.01p-8 : 0)
            #expect(abs(Double(got) - Foundation.tanh(Double(value))) <= bound, "tanh(\(value)) = \(got)")
          }
        }
      }
    }
  }
}
