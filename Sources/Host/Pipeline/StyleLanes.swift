// StyleLanes.swift - the styles of a run: once, with all threads on a frame, or once per thread.

import Video

/// Chains of the same styles with the same values. A lane works on one frame at a time, lanes work side by side.
///
/// Made by the control thread; its stylists then belong to one thread each.
final class StyleLanes {
  /// A chain and the threads that work on its frame.
  private struct Lane {
    let chain: StyleChain
    let services: ComputeServices
  }

  /// What the output looks like, for the seam.
  struct Output {
    let size: (h: Int, w: Int)
    let pixelFormat: PixelFormat
    let color: ColorTags
  }

  private let styles: [ResolvedStyle]
  private let services: ComputeServices
  private let isShared: Bool
  private let bytesBefore: Int
  private var lanes: [Lane]

  /// Starts the first lane: most mistakes show here, before anything is known of the stream.
  ///
  /// - Parameter isLive: see `MediaSource.isLive`.
  /// - Throws: `HostError`: plugin, or usage for a parameter that a plugin refuses and for a mode the styles cannot have.
  init(
    _ styles: [ResolvedStyle], _ services: ComputeServices, mode: WorkMode, isLive: Bool
  ) throws(HostError) {
    self.styles = styles
    self.services = services
    isShared = try mode.usesLanes(for: styles.map(\.plugin.info), isLive: isLive, threads: services.threadCount)
    bytesBefore = LaneBudget.heldBytes()
    lanes = []
    lanes.append(try start(isShared ? services.lane(threads: 1) : services))
  }

  /// Lanes that will work side by side.
  var count: Int { lanes.count }

  /// Makes every lane ready for a size, as many as memory lets there be.
  ///
  /// - Returns: the size of the output.
  /// - Throws: `HostError` of kind plugin.
  func prepare(h: Int, w: Int, frameRate: Rational?) throws(HostError) -> (h: Int, w: Int) {
    let rate = frameRate.map { (num: $0.numerator, den: $0.denominator) } ?? (num: 0, den: 1)
    let size = try lanes[0].chain.prepare(h: h, w: w, frameRate: rate)
    guard isShared else { return size }
    let threads = services.threadCount
    let count = LaneBudget.lanes(
      threads: threads, laneBytes: LaneBudget.heldBytes() - bytesBefore, freeBytes: LaneBudget.freeBytes())
    // Memory for fewer lanes than threads: each lane gets several, the first one too, which was started with one.
    if count < threads { lanes = [] }
    for number in lanes.count..<count {
      let share = (number + 1) * threads / count - number * threads / count
      let lane = try start(count == 1 ? services : services.lane(threads: share))
      _ = try lane.chain.prepare(h: h, w: w, frameRate: rate)
      lanes.append(lane)
    }
    services.log.say(.debug, "\(count) frames at a time, \(threads) threads")
    return size
  }

  /// What the threads of the pipeline call, one each.
  func stylists(_ output: Output, frameRate: Rational?, times: StageTimes) -> [FrameStylist] {
    lanes.map { FrameStylist($0.chain, $0.services, output: output, frameRate: frameRate, times: times) }
  }

  private func start(_ services: ComputeServices) throws(HostError) -> Lane {
    Lane(chain: try StyleChain.start(styles, services), services: services)
  }
}
