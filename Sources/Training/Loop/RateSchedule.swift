// How the learning rate falls in the course of a run.
import Foundation

/// What share of the learning rate is left at a place of a run.
public enum RateSchedule: Equatable, Sendable {
  /// All of it, then evenly down to nothing in the last share of the run, 0...1.
  case linear(last: Double)
  /// Half a wave of a cosine from all to nothing (Loshchilov, Hutter: SGDR, ICLR 2017, without restarts).
  case cosine
  /// 1 / (1 + share * step), as Huang and Belongie trained AdaIN.
  case inverse(share: Double)
  /// Half as much after every so many steps, as MUNIT was trained.
  case halving(steps: Int)

  /// - Parameters:
  ///   - step: steps that were made.
  ///   - used: of the run, 0...1.
  func share(step: Int, used: Double) -> Double {
    let left = min(max(0, 1 - used), 1)
    switch self {
    case .linear(let last): return left < last ? left / last : 1
    case .cosine: return (1 - cos(.pi * left)) / 2
    case .inverse(let share): return 1 / (1 + share * Double(step))
    case .halving(let steps): return pow(0.5, Double(step / max(1, steps)))
    }
  }

  /// As people read it, and what a resumed run is compared with.
  var description: String {
    switch self {
    case .linear(let last): "to nothing in the last \(TrainingFact.text(last))"
    case .cosine: "cosine"
    case .inverse(let share): "1 / (1 + \(TrainingFact.text(share)) * step)"
    case .halving(let steps): "halved every \(steps) steps"
    }
  }
}
