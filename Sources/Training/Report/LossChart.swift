// Curves of losses on a logarithmic scale, as SVG.
import Foundation

/// One drawing: the total and its parts over the steps.
struct LossChart {
  /// A curve: points of (step, value), values above 0.
  struct Curve {
    let name: String
    let points: [(step: Double, value: Double)]
  }

  let curves: [Curve]
  private let steps: Double
  /// Powers of ten of the lowest and the highest line.
  private let low: Double, high: Double

  /// Where the curves lie in the drawing, in its own units.
  private static let (width, height) = (860.0, 340.0)
  private static let (left, right, top, bottom) = (70.0, 16.0, 12.0, 36.0)
  /// The most points of a curve: the width of a screen has no room for more.
  private static let mostPoints = 400
  /// Total first; told apart also by people who see few colours.
  private static let colours = ["#222222", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"]

  /// The curves of a history; nil where there is nothing to draw.
  init?(_ history: LossHistory) {
    let all = history.names.indices.map { history.curve($0, most: Self.mostPoints) }
    guard history.count > 0, let most = all.joined().map(\.mean).filter(\.isFinite).max(), most > 0 else { return nil }
    // Parts that hardly count are not drawn: they would take the room of those that do.
    curves = zip(history.names, all).map { name, curve in
      Curve(name: name, points: curve.filter { $0.mean > most * 1e-4 && $0.mean.isFinite }.map { ($0.step, $0.mean) })
    }
    let least = curves.flatMap { $0.points.map(\.value) }.min() ?? most
    steps = Double(history.count)
    // A little room above and below, and a scale even for a loss that does not move.
    low = log10(least) - 0.05
    high = max(log10(most), log10(least) + 0.2) + 0.05
  }

  /// The drawing, for a page of HTML.
  var svg: String {
    var parts = [
      "<svg viewBox=\"0 0 \(Self.text(Self.width)) \(Self.text(Self.height))\" role=\"img\" aria-label=\"Losses over the steps, logarithmic\">"
    ]
    for (value, label) in valueMarks {
      let y = Self.text(place(value: value))
      parts.append(
        "<line class=\"grid\" x1=\"\(Self.text(Self.left))\" x2=\"\(Self.text(Self.width - Self.right))\" y1=\"\(y)\" y2=\"\(y)\"/>"
      )
      parts.append("<text x=\"\(Self.text(Self.left - 8))\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\">\(label)</text>")
    }
    for step in stepMarks {
      let x = Self.text(place(step: step))
      parts.append(
        "<text x=\"\(x)\" y=\"\(Self.text(Self.height - Self.bottom + 20))\" text-anchor=\"middle\">\(Int(step))</text>"
      )
    }
    parts.append(
      "<rect class=\"frame\" x=\"\(Self.text(Self.left))\" y=\"\(Self.text(Self.top))\" width=\"\(Self.text(Self.width - Self.left - Self.right))\" height=\"\(Self.text(Self.height - Self.top - Self.bottom))\"/>"
    )
    for (i, curve) in curves.enumerated() where !curve.points.isEmpty {
      let points = curve.points.map { "\(Self.text(place(step: $0.step))),\(Self.text(place(value: $0.value)))" }
      parts.append("<polyline stroke=\"\(Self.colour(i))\" points=\"\(points.joined(separator: " "))\"/>")
    }
    return (parts + ["</svg>"]).joined(separator: "\n")
  }

  /// Which colour is which curve.
  var legend: String {
    curves.enumerated().map { i, curve in
      let last = curve.points.last.map { String(format: "%.3g", $0.value) } ?? "too small to be drawn"
      return
        "<span class=\"key\"><i style=\"background:\(Self.colour(i))\"></i>\(HTML.escaped(curve.name)) \(last)</span>"
    }.joined(separator: "\n")
  }

  static func colour(_ i: Int) -> String { colours[i % colours.count] }

  /// Lines across: powers of ten, with 2 and 5 between them where there are few; round numbers where there would be hardly any.
  var valueMarks: [(value: Double, label: String)] {
    if high - low < 0.8 {
      let (least, most) = (pow(10, low), pow(10, high))
      let gap = Self.round((most - least) / 4)
      return stride(from: (least / gap).rounded(.up) * gap, through: most, by: gap).map {
        ($0, String(format: "%.3g", $0))
      }
    }
    let decades = Int(low.rounded(.down))...Int(high.rounded(.up))
    let digits = high - low > 2.5 ? [1.0] : [1, 2, 5]
    return decades.flatMap { decade in digits.map { $0 * pow(10, Double(decade)) } }
      .filter { (low...high).contains(log10($0)) }.map { ($0, String(format: "%.2g", $0)) }
  }

  /// About six whole numbers of steps, from 0 on.
  var stepMarks: [Double] { Array(stride(from: 0, through: steps, by: Self.round(max(1, steps / 6)))) }

  /// The next of 1, 2, 5, 10, 20, ... that is not less.
  private static func round(_ number: Double) -> Double {
    let decade = pow(10, floor(log10(number)))
    return [1, 2, 5].map { $0 * decade }.first { $0 >= number } ?? 10 * decade
  }

  private func place(step: Double) -> Double { Self.left + (Self.width - Self.left - Self.right) * step / steps }

  private func place(value: Double) -> Double {
    let share = (log10(value) - low) / (high - low)
    return Self.height - Self.bottom - (Self.height - Self.top - Self.bottom) * share
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() ? "\(Int(number))" : String(format: "%.1f", number)
  }
}
