// MapCombineTests.swift - functions of two maps, element by element, axes of 1 repeated.
import Foundation
import Kernels
import PluginAPI
import Testing

@Suite struct MapCombineTests {
  static let functions: [(function: UInt32, exact: @Sendable (Double, Double) -> Double)] = [
    (STH_COMBINE_MULTIPLY, { $0 * $1 }), (STH_COMBINE_DIVIDE, { $0 / $1 }), (STH_COMBINE_MINIMUM, { min($0, $1) }),
    (STH_COMBINE_MAXIMUM, { max($0, $1) }), (STH_COMBINE_POWER, { pow($0, $1) }),
    (STH_COMBINE_SUBTRACT, { $0 - $1 }),
  ]

  /// A map of numbers that can be divided by; positive ones may be raised to powers.
  private func numbers(_ shape: [Int], _ format: MapFormat, seed: UInt64, positive: Bool) -> GuardedMap {
    var random = SeededValues(seed: seed)
    let map = GuardedMap(c: shape[0], h: shape[1], w: shape[2], format: format, gap: 1)
    map.fill {
      let number = random.next()
      return positive ? abs(number) + 0.25 : number < 0 ? number - 0.25 : number + 0.25
    }
    return map
  }

  @Test("combine repeats every axis of 1, of either map, in any formats", arguments: KernelLevel.all)
  func repeats(level: KernelLevel) {
    for c in [1, 3, 5, 16, 17, 40] {
      for (h, w) in [(1, 1), (2, 3), (3, 17)] {
        for axes in 0..<64 where c * h * w > 1 || axes == 0 {
          func shape(_ bits: Int) -> [Int] { [c, h, w].enumerated().map { bits >> $0 & 1 != 0 ? 1 : $1 } }
          let (first, second) = (shape(axes & 7), shape(axes >> 3))
          guard zip(first, second).map({ max($0, $1) }) == [c, h, w] else { continue }
          let (from, with) = (MapFormat.possible(first[0]), MapFormat.possible(second[0]))
          for to in MapFormat.possible(c) {
            // Formats by turns: each pair meets every function.
            let (a, b) = (from[axes % from.count], with[(axes / 3 + h) % with.count])
            check(level, (first, a), (second, b), to: to, function: (axes + h + c) % Self.functions.count)
          }
        }
      }
    }
  }

  @Test("every function in every format, in place of either too", arguments: KernelLevel.all)
  func inPlace(level: KernelLevel) {
    for c in [1, 4, 5, 16, 17, 40] {
      for format in MapFormat.possible(c) {
        for function in Self.functions.indices {
          let shape = [c, 3, 17]
          check(level, (shape, format), (shape, format), to: format, function: function)
          for second in [false, true] {
            check(level, (shape, format), (shape, format), to: format, function: function, inPlaceOf: second)
          }
        }
      }
    }
  }

  private func check(
    _ level: KernelLevel, _ first: (shape: [Int], format: MapFormat), _ second: (shape: [Int], format: MapFormat),
    to format: MapFormat, function: Int, inPlaceOf isSecond: Bool? = nil
  ) {
    let (code, formula) = Self.functions[function]
    let positive = code == STH_COMBINE_POWER
    let a = numbers(first.shape, first.format, seed: 41, positive: positive)
    let b = numbers(second.shape, second.format, seed: 42, positive: false)
    let shape = zip(first.shape, second.shape).map { max($0, $1) }
    var exact: [Double] = []
    func read(_ map: GuardedMap, _ c: Int, _ y: Int, _ x: Int) -> Double {
      Double(map[min(c, map.c - 1), min(y, map.h - 1), min(x, map.w - 1)])
    }
    for c in 0..<shape[0] {
      for y in 0..<shape[1] {
        for x in 0..<shape[2] { exact.append(formula(read(a, c, y, x), read(b, c, y, x))) }
      }
    }
    let name = "function \(code) of \(first) and \(second) to \(format)"
    var (left, right) = (a.map, b.map)
    let result = withExtendedLifetime((a, b)) {
      if let isSecond {
        let target = isSecond ? b : a
        var dst = target.map
        level.maps.combine(&dst, &left, &right, code, dst.h / 2, dst.h)
        level.maps.combine(&dst, &left, &right, code, 0, dst.h / 2)
        #expect(target.complaint == nil, "\(name): \(target.complaint ?? "")")
        return target
      }
      return GuardedMap.written(c: shape[0], h: shape[1], w: shape[2], format: format, name) {
        level.maps.combine($0, &left, &right, code, $1, $2)
      }
    }
    result.expect(exact, within: exact.map { 1e-6 * abs($0) }, name)
  }

  @Test("the smaller and the larger of a number and none is none", arguments: KernelLevel.all)
  func noNumber(level: KernelLevel) {
    for c in [3, 20] {
      for format in MapFormat.all(c) {
        for function in [STH_COMBINE_MINIMUM, STH_COMBINE_MAXIMUM] {
          for nanFirst in [false, true] {
            let a = numbers([c, 2, 17], format, seed: 1, positive: false)
            let b = numbers([c, 2, 17], format, seed: 2, positive: false)
            (nanFirst ? a : b)[c - 1, 1, 16] = .nan
            var (left, right) = (a.map, b.map)
            let result = withExtendedLifetime((a, b)) {
              GuardedMap.written(c: c, h: 2, w: 17, format: format, "\(format)") {
                level.maps.combine($0, &left, &right, function, $1, $2)
              }
            }
            #expect(result[c - 1, 1, 16].isNaN && !result[c - 1, 1, 15].isNaN, "\(format), function \(function)")
          }
        }
      }
    }
  }
}
