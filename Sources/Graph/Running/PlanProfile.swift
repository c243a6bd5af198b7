// Where the time of a plan goes, step by step; costs nothing while off.
import Glibc
import Synchronization

/// The time of one step of a plan over the profiled runs.
public struct StepProfile: Sendable {
  /// "conv2d 'res1.conv1.conv2d.weight'", "moments ...", "apply ...".
  public let name: String
  /// Sum over all profiled runs.
  public let nanoseconds: UInt64
  /// Of the middle one of the last 63 profiled runs.
  public let medianNanoseconds: UInt64
  /// How many runs were profiled.
  public let runs: Int
  /// Of one run, in convolutions.
  public let multiplyAdds: Int

  /// 10^9 floating-point operations per second, a multiply-add counted as two; 0 for steps without.
  public var gigaflops: Double {
    nanoseconds == 0 ? 0 : 2 * Double(multiplyAdds) * Double(runs) / Double(nanoseconds)
  }
}

/// The clocks of the steps of one plan.
final class PlanProfile: @unchecked Sendable {
  // SAFETY: the counters are written by the one run in progress; reading them during a run may give a value of before.
  private let nanoseconds: UnsafeMutableBufferPointer<UInt64>
  /// [step][run of the last `window`], a ring.
  private let recent: UnsafeMutableBufferPointer<UInt64>
  private static let window = 63
  private let enabled = Atomic<Bool>(false)
  private let runs = Atomic<Int>(0)

  init(stepCount: Int) {
    nanoseconds = .allocate(capacity: stepCount)
    nanoseconds.initialize(repeating: 0)
    recent = .allocate(capacity: stepCount * PlanProfile.window)
    recent.initialize(repeating: 0)
  }

  deinit {
    nanoseconds.deallocate()
    recent.deallocate()
  }

  var isOn: Bool { enabled.load(ordering: .relaxed) }

  func turn(on: Bool) {
    if on {
      nanoseconds.update(repeating: 0)
      runs.store(0, ordering: .relaxed)
    }
    enabled.store(on, ordering: .relaxed)
  }

  /// A step may be taken in several parts.
  func beginRun() {
    let place = runs.load(ordering: .relaxed) % PlanProfile.window
    for step in nanoseconds.indices { recent[step * PlanProfile.window + place] = 0 }
  }

  func add(_ time: UInt64, to step: Int) {
    nanoseconds[step] += time
    recent[step * PlanProfile.window + runs.load(ordering: .relaxed) % PlanProfile.window] += time
  }
  func countRun() { runs.add(1, ordering: .relaxed) }

  func steps(of program: PlanProgram) -> [StepProfile] {
    let count = runs.load(ordering: .relaxed)
    return program.steps.indices.map { index in
      let times = recent[(index * PlanProfile.window)...].prefix(min(count, PlanProfile.window)).sorted()
      return StepProfile(
        name: program.names[index], nanoseconds: nanoseconds[index],
        medianNanoseconds: times.isEmpty ? 0 : times[times.count / 2], runs: count,
        multiplyAdds: program.multiplyAdds[index])
    }
  }

  /// Nanoseconds of a clock that never jumps.
  static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

extension ComputePlan {
  /// Starts (from zero) or stops measuring the steps of the runs that follow. Not during a run.
  public func setProfiling(_ on: Bool) { profile.turn(on: on) }

  /// The steps in the order they run, with the times measured since profiling was turned on.
  public var steps: [StepProfile] { profile.steps(of: program) }
}
