// Easing.swift - the ways from one value to the next.

import Foundation

/// How a value gets from one keyframe to another. The curves are those of CSS (W3C, CSS Easing Functions Level 1).
struct Easing: Equatable, Sendable {
  /// A cubic Bezier curve from (0, 0) to (1, 1) by its two inner points; nil: the old value until the new one is due.
  private let curve: Curve?

  private struct Curve: Equatable {
    let (x1, y1, x2, y2): (Double, Double, Double, Double)
  }

  private init(_ curve: Curve?) { self.curve = curve }

  /// Evenly.
  static let linear = Easing(Curve(x1: 0, y1: 0, x2: 1, y2: 1))

  /// The curves by name.
  static let named: [(name: String, easing: Easing)] = [
    ("step", Easing(nil)), ("linear", linear), ("ease", Easing(Curve(x1: 0.25, y1: 0.1, x2: 0.25, y2: 1))),
    ("ease-in", Easing(Curve(x1: 0.42, y1: 0, x2: 1, y2: 1))),
    ("ease-out", Easing(Curve(x1: 0, y1: 0, x2: 0.58, y2: 1))),
    ("ease-in-out", Easing(Curve(x1: 0.42, y1: 0, x2: 0.58, y2: 1))),
  ]

  /// The curve of a name, or of `cubic-bezier(x1, y1, x2, y2)` with x1 and x2 in 0...1; nil for any other text.
  init?(_ text: String) {
    if let known = Easing.named.first(where: { $0.name == text }) {
      self = known.easing
      return
    }
    let head = "cubic-bezier("
    guard text.hasPrefix(head), text.hasSuffix(")") else { return nil }
    let numbers = text.dropFirst(head.count).dropLast().split(separator: ",", omittingEmptySubsequences: false)
      .map { Double($0.trimmingCharacters(in: .whitespaces)) ?? .nan }
    guard numbers.count == 4, numbers.allSatisfy({ abs($0) <= 1000 }), (0...1).contains(numbers[0]),
      (0...1).contains(numbers[2])
    else { return nil }
    self.init(Curve(x1: numbers[0], y1: numbers[1], x2: numbers[2], y2: numbers[3]))
  }

  /// How much of the way is done when this share of the time has passed, both 0 at the start and 1 at the end.
  func progress(_ time: Double) -> Double {
    guard time > 0 else { return 0 }
    guard time < 1 else { return 1 }
    guard let curve else { return 0 }
    if curve.x1 == curve.y1, curve.x2 == curve.y2 { return time }
    // x grows with the curve's parameter, since x1 and x2 lie within 0...1: halving finds it to the last bit that matters.
    var (low, high) = (0.0, 1.0)
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if Easing.bezier(middle, curve.x1, curve.x2) < time { low = middle } else { high = middle }
    }
    return Easing.bezier((low + high) / 2, curve.y1, curve.y2)
  }

  private static func bezier(_ t: Double, _ first: Double, _ second: Double) -> Double {
    let rest = 1 - t
    return 3 * rest * rest * t * first + 3 * rest * t * t * second + t * t * t
  }
}
