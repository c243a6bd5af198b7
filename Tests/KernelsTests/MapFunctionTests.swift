// MapFunctionTests.swift - the functions that graphs apply to single elements, against the same in double precision.
import Foundation
import Kernels
import PluginAPI
import Testing

@Suite struct MapFunctionTests {
  /// A function with its options, and the numbers it is asked for.
  struct Function: Sendable, CustomTestStringConvertible {
    var name: String
    var code: UInt32
    var alpha: Float = 0
    var beta: Float = 0
    var positive = false
    /// Of `alpha` and `beta` as they are given.
    var exact: @Sendable (Double) -> Double

    var testDescription: String { name }
    var activation: sth_map_activation { sth_map_activation(function: code, low: alpha, high: beta) }
  }

  static let functions: [Function] = [
    Function(name: "sigmoid", code: STH_ACTIVATE_SIGMOID) { 1 / (1 + exp(-$0)) },
    Function(name: "leaky relu", code: STH_ACTIVATE_LEAKY_RELU, alpha: 0.2) { $0 < 0 ? Double(Float(0.2)) * $0 : $0 },
    Function(name: "elu", code: STH_ACTIVATE_ELU, alpha: 1) { $0 < 0 ? expm1($0) : $0 },
    Function(name: "elu 0.5", code: STH_ACTIVATE_ELU, alpha: 0.5) { $0 < 0 ? 0.5 * expm1($0) : $0 },
    Function(name: "hard sigmoid", code: STH_ACTIVATE_HARD_SIGMOID, alpha: 0.25, beta: 0.5) {
      min(max(0.25 * $0 + 0.5, 0), 1)
    },
    Function(name: "softplus", code: STH_ACTIVATE_SOFTPLUS) { max($0, 0) + log1p(exp(-abs($0))) },
    Function(name: "exp", code: STH_ACTIVATE_EXP) { exp($0) },
    Function(name: "log", code: STH_ACTIVATE_LOG, positive: true) { log($0) },
    Function(name: "sqrt", code: STH_ACTIVATE_SQRT, positive: true) { $0.squareRoot() },
    Function(name: "abs", code: STH_ACTIVATE_ABS) { abs($0) },
    Function(name: "reciprocal", code: STH_ACTIVATE_RECIPROCAL) { 1 / $0 },
    Function(name: "power 2", code: STH_ACTIVATE_POWER, alpha: 2) { $0 * $0 },
    Function(name: "power 0.75", code: STH_ACTIVATE_POWER, alpha: 0.75, positive: true) { pow($0, 0.75) },
    Function(name: "erf", code: STH_ACTIVATE_ERF) { erf($0) },
    Function(name: "round", code: STH_ACTIVATE_ROUND) { $0.rounded(.toNearestOrEven) },
    Function(name: "floor", code: STH_ACTIVATE_FLOOR) { $0.rounded(.down) },
  ]

  private func activate(_ level: KernelLevel, _ source: GuardedMap, _ function: Function, inPlace: Bool = false)
    -> GuardedMap
  {
    let result =
      inPlace ? source : GuardedMap(c: source.c, h: source.h, w: source.w, format: source.format, gap: 2)
    var (dst, src, activation) = (result.map, source.map, function.activation)
    withExtendedLifetime((source, result)) {
      level.maps.activate(&dst, &src, &activation, src.h / 2, src.h)
      level.maps.activate(&dst, &src, &activation, 0, src.h / 2)
    }
    #expect(result.complaint == nil, "\(function.name), \(source.format): \(result.complaint ?? "")")
    return result
  }

  /// Within 2e-6 of the exact number, or 1e-6 absolutely; beyond the largest float32 infinity will do.
  private static func agrees(_ got: Float, _ exact: Double, rounding: Double = 0) -> Bool {
    if abs(exact) > 0x1.fffffep127 * (1 - 4e-6) { return got.isInfinite || abs(got) > 3e38 }
    return abs(Double(got) - exact) <= max(2e-6 * abs(exact), 1e-6) + rounding * abs(exact)
  }

  @Test("functions of all magnitudes are as exact as promised", arguments: KernelLevel.all)
  func everywhere(level: KernelLevel) {
    let powers = (-126...127).flatMap { exponent in
      [Float(1), 1.3, 1.7].map { $0 * Float(sign: .plus, exponent: exponent, significand: 1) }
    }
    let steps = (0...8000).map { Float($0) * 0.0125 } + (0...2000).map { Float($0) * 0.0005 }
    let halves = (0...40).map { Float($0) * 0.5 }
    let sizes = (powers + steps + halves).filter { $0 > 0 }
    for function in Self.functions {
      let numbers = function.positive ? sizes : sizes.flatMap { [$0, -$0] }
      let source = GuardedMap(c: 3, h: 3, w: (numbers.count + 8) / 9, format: .planar)
      var next = numbers.makeIterator()
      source.fill { next.next() ?? 1 }
      let result = activate(level, source, function)
      var worst: (value: Float, got: Float)?
      for (value, got) in zip(source.values, result.values)
      where worst == nil && !Self.agrees(got, function.exact(Double(value))) { worst = (value, got) }
      if let worst {
        Issue.record(
          "\(function.name) of \(worst.value) is \(worst.got), not \(function.exact(Double(worst.value)))")
      }
    }
  }

  @Test(
    "every function in every format and size, in place too; nothing enters the lanes beyond", arguments: KernelLevel.all
  )
  func maps(level: KernelLevel) {
    for function in Self.functions {
      for c in [1, 3, 5, 16, 17, 40] {
        for format in MapFormat.possible(c) {
          for (h, w) in [(1, 1), (2, 17), (3, 33)] {
            for inPlace in [false, true] {
              var random = SeededValues(seed: 19)
              let source = GuardedMap(c: c, h: h, w: w, format: format, gap: 1)
              source.fill {
                let number = random.next() * 4
                return function.positive ? abs(number) + 0.125 : number < 0 ? number - 0.125 : number + 0.125
              }
              let before = source.values
              let result = activate(level, source, function, inPlace: inPlace)
              let rounding = format.isBf16 ? 0x1.01p-8 : 0
              for (value, got) in zip(before, result.values) {
                let exact = function.exact(Double(value))
                guard !Self.agrees(got, exact, rounding: rounding) else { continue }
                Issue.record("\(function.name), \(c)x\(h)x\(w) \(format): of \(value) \(got), not \(exact)")
                break
              }
            }
          }
        }
      }
    }
  }

  @Test("what is no number stays none, and infinity has its limits", arguments: KernelLevel.all)
  func limits(level: KernelLevel) {
    for function in Self.functions where function.code != STH_ACTIVATE_HARD_SIGMOID {
      for (c, format) in [(3, MapFormat.planar), (16, .blocked), (16, .blockedBf16)] {
        let source = GuardedMap(c: c, h: 1, w: 7, format: format)
        let numbers: [Float] = [.nan, .infinity, function.positive ? 1 : -.infinity]
        var next = (0..<c * 7).map { numbers[$0 % 3] }.makeIterator()
        source.fill { next.next() ?? 0 }
        let result = activate(level, source, function)
        for (value, got) in zip(source.values, result.values) {
          let exact = function.exact(Double(value))
          let right =
            exact.isNaN ? got.isNaN : exact.isInfinite ? Double(got) == exact : abs(Double(got) - exact) <= 1e-2
          #expect(right, "\(function.name), \(format): of \(value) \(got)")
        }
      }
    }
  }
}
