// ProfiledStep.swift - one operator of a style's graph with the time it takes.

import Graph

/// One line of the profile of a measurement.
public struct ProfiledStep: Encodable, Sendable {
  /// Which of the compiled graphs it belongs to, 0 for the first; a style may have several, and a lane has its own.
  public let plan: Int
  /// "conv2d 'res1.conv1.conv2d.weight'".
  public let name: String
  /// How often it ran, the warm-up included.
  public let runs: Int
  /// Milliseconds of the middle run.
  public let ms: Double
  /// Of the sum of the plan's steps, 0...1.
  public let share: Double
  /// 10^9 multiply-adds of a run, in convolutions, as a direct convolution needs them.
  public let gmac: Double
  /// 10^9 floating-point operations per second, a multiply-add counted as two; 0 for steps without.
  public let gflops: Double
}

extension [ComputePlan] {
  /// The steps of those plans that ran.
  func profiledSteps() -> [ProfiledStep] {
    map(\.steps).filter { ($0.first?.runs ?? 0) > 0 }.enumerated().flatMap { plan, steps in
      let whole = steps.reduce(0) { $0 + Double($1.medianNanoseconds) }
      return steps.map { step in
        let nanoseconds = Double(step.medianNanoseconds)
        return ProfiledStep(
          plan: plan, name: step.name, runs: step.runs, ms: nanoseconds / 1e6,
          share: whole > 0 ? nanoseconds / whole : 0, gmac: Double(step.multiplyAdds) / 1e9,
          gflops: nanoseconds > 0 ? 2 * Double(step.multiplyAdds) / nanoseconds : 0)
      }
    }
  }
}
