// How far a training is, in numbers and in a line.
import Foundation

/// After a step.
public struct TrainingProgress: Sendable {
  /// Steps that were made, and that there will be.
  public var step: Int, steps: Int?
  /// Seconds of steps so far, and that there will be.
  public var seconds: Double, limit: Double?
  /// Means over the last steps: the total and its parts.
  public var losses: [(name: String, value: Double)]
  /// Pictures a second, of this run.
  public var imagesPerSecond: Double
  /// Seconds of one step, of this run.
  public var secondsPerStep: Double

  /// Seconds that are left; nil where there is no end.
  public var left: Double? {
    [steps.map { Double($0 - step) * secondsPerStep }, limit.map { $0 - seconds }].compactMap(\.self).min().map {
      max(0, $0)
    }
  }

  /// "step 120/2000  total 4.60e+05  content 1.23e+05  style 3.37e+05  8.2 images/s  0:12:34 left"
  public var line: String {
    let of = steps.map { "/\($0)" } ?? ""
    let parts = losses.map { "\($0.name) \(String(format: "%.3g", $0.value))" }.joined(separator: "  ")
    let end = left.map { "  \(Self.clock($0)) left" } ?? ""
    return "step \(step)\(of)  \(parts)  \(String(format: "%.1f", imagesPerSecond)) images/s\(end)"
  }

  /// Hours, minutes, seconds: 1:02:03.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded(.up))
    return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
  }
}

/// Where a training's words go. Each may be called from any thread.
public struct TrainingVoice: Sendable {
  /// A line for the person; a line that something is wrong and goes on; how far it is, after every step.
  public var tell, warn: @Sendable (String) -> Void
  /// How far it is, after every step.
  public var progress: @Sendable (TrainingProgress) -> Void

  /// A voice from its parts.
  public init(
    tell: @escaping @Sendable (String) -> Void, warn: @escaping @Sendable (String) -> Void,
    progress: @escaping @Sendable (TrainingProgress) -> Void
  ) { (self.tell, self.warn, self.progress) = (tell, warn, progress) }
}
