// FormulaSweep.swift - a mask that is a formula, worked out for every pixel.

import Graph
import Video

/// Evaluates a formula of x, y, w, h, t and n. Values beyond 0...1 are clamped, what is no number is 0. Where neither t nor n has a part
/// in it that is done once.
final class FormulaSweep: Sweep {
  private let weights: ImageBuffer
  /// One for each thread: a formula is used by one at a time.
  private let formulas: [Expression]
  private let abort: AbortFlag
  private let isStill: Bool
  private var isDone = false
  private var moment = (seconds: 0.0, number: 0)

  /// - Throws: `HostError` of kind usage for what is no formula.
  init(_ text: String, into weights: ImageBuffer, _ services: ComputeServices) throws(HostError) {
    do {
      var formulas: [Expression] = []
      for _ in 0..<services.pool.threadCount { formulas.append(try Expression(text, variables: MaskChoice.variables)) }
      isStill = formulas.allSatisfy { !$0.uses("t") && !$0.uses("n") }
      self.formulas = formulas
    } catch {
      throw HostError(error)
    }
    self.weights = weights
    abort = services.abort
  }

  /// Fills the weights for a moment.
  func run(seconds: Double, number: Int, _ pool: WorkerPool) {
    guard !(isStill && isDone) else { return }
    moment = (seconds, number)
    pool.sweep(self, rows: weights.h)
    isDone = true
  }

  func forEachPicture(_ body: (ImageBuffer) -> Void) { body(weights) }

  func run(rows: Range<Int>, worker: Int) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: MaskChoice.variables.count) { values in
      values.initialize(repeating: 0)
      guard let start = values.baseAddress else { return }
      (values[2], values[3]) = (Double(weights.w), Double(weights.h))
      (values[4], values[5]) = (moment.seconds, Double(moment.number))
      // A formula may take long; nobody looks at the frames of a run that is given up.
      for y in rows where !abort.isSet {
        values[1] = Double(y)
        let row = weights.row(c: 0, y: y)
        for x in row.indices {
          values[0] = Double(x)
          let value = formulas[worker].value(start)
          row[x] = value > 0 ? Float(min(value, 1)) : 0
        }
      }
    }
  }
}
