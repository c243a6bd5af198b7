// Two functions to be made small, the same as in Fixtures/make_optimiser_reference.py, and what PyTorch makes of them.
import Foundation

/// A function of numbers, in double precision, with its gradient.
enum Landscape {
  /// A narrow bent valley (Rosenbrock 1960).
  case rosenbrock
  /// Curvatures from 1 to 1000, lowest at 1, 2, 3, ...
  case quadratic

  var start: [Float] { self == .rosenbrock ? [-1.2, 1, -0.5, 0.8, 1.5, -1] : [Float](repeating: 0, count: 12) }

  var lowest: [Float] { self == .rosenbrock ? [Float](repeating: 1, count: 6) : (1...12).map(Float.init) }

  func callAsFunction(_ x: [Float], _ gradient: inout [Float]) -> Double {
    let x = x.map(Double.init)
    var (loss, slopes) = (0.0, [Double](repeating: 0, count: x.count))
    switch self {
    case .rosenbrock:
      for i in 0..<x.count - 1 {
        let (a, b) = (x[i + 1] - x[i] * x[i], 1 - x[i])
        loss += 100 * a * a + b * b
        slopes[i + 1] += 200 * a
        slopes[i] += -400 * a * x[i] - 2 * b
      }
    case .quadratic:
      for i in x.indices {
        let (bend, away) = (pow(1000, Double(i) / Double(x.count - 1)), x[i] - Double(i + 1))
        loss += bend / 2 * away * away
        slopes[i] = bend * away
      }
    }
    gradient = slopes.map(Float.init)
    return loss
  }
}

/// What PyTorch had after some steps.
struct Milestone: Decodable {
  let steps, evaluations: Int
  let numbers: [Float]
  let loss: Double

  static func all(_ name: String) throws -> [Milestone] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/optimisers.json")
    return try JSONDecoder().decode([String: [Milestone]].self, from: Data(contentsOf: path))[name] ?? []
  }

  /// The largest difference of a number, in shares of the largest number.
  func difference(_ x: [Float]) -> Float {
    guard x.count == numbers.count else { return .infinity }
    let largest = numbers.map(abs).max() ?? 0
    return zip(x, numbers).map { ($0 - $1).isNaN ? .infinity : abs($0 - $1) / largest }.max() ?? .infinity
  }
}
