// The steps of a plan as flat memory that a run walks through.
import Kernels
import PluginAPI

/// Kernel calls with all their arguments, in order.
///
/// Owns the memory of the calls, which never moves.
final class PlanProgram: @unchecked Sendable {
  // SAFETY: filled by one thread while a plan is made; afterwards touched by one run at a time (the plan sees to it).

  /// One parallel loop.
  struct Step {
    let body: sth_parallel_body
    let call: UnsafeMutableRawPointer
    let units: Int64
    /// Units of one part of the loop.
    let grain: Int64
  }

  /// A picture in a call that is the caller's.
  struct Follower {
    let map: UnsafeMutablePointer<sth_map>
    /// Inputs first, then outputs.
    let slot: Int
  }

  private(set) var steps: [Step] = []
  private(set) var followers: [Follower] = []
  /// The maps in calls that look at each window.
  private(set) var windowFollowers: [[UnsafeMutablePointer<sth_map>]] = []
  private(set) var names: [String] = []
  private(set) var multiplyAdds: [Int] = []

  deinit { for step in steps { step.call.deallocate() } }

  func append<Call: KernelCall>(
    _ call: Call, name: String, units: Int, grain: Int, multiplyAdds count: Int
  ) -> UnsafeMutablePointer<Call> {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: MemoryLayout<Call>.size, alignment: max(MemoryLayout<Call>.alignment, 64))
    let placed = memory.initializeMemory(as: Call.self, to: call)
    steps.append(Step(body: Call.body, call: memory, units: Int64(units), grain: Int64(grain)))
    names.append(name)
    multiplyAdds.append(count)
    return placed
  }

  func follow(_ map: UnsafeMutablePointer<sth_map>, window: Int) {
    while windowFollowers.count <= window { windowFollowers.append([]) }
    windowFollowers[window].append(map)
  }

  func follow(_ map: UnsafeMutablePointer<sth_map>, slot: Int) {
    followers.append(Follower(map: map, slot: slot))
  }
}
