// StyleLanes.swift - the styles of a run: once, with all threads on a frame, or once per thread.

import Graph
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

  private var styles: [ResolvedStyle]
  private let services: ComputeServices
  private let precision: PrecisionWish
  private let isShared: Bool
  private var bytesBefore: Int
  private var lanes: [Lane]

  /// Starts the first lane: most mistakes show here, before anything is known of the stream.
  ///
  /// - Parameter isLive: see `MediaSource.isLive`.
  /// - Throws: `HostError`: plugin, or usage for a parameter that a plugin refuses and for a mode the styles cannot have.
  init(
    _ styles: [ResolvedStyle], _ services: ComputeServices, mode: WorkMode, precision: PrecisionWish, isLive: Bool
  ) throws(HostError) {
    self.styles = styles
    self.services = services
    self.precision = precision
    for index in styles.indices { self.styles[index].precision = precision.precision }
    isShared = try mode.usesLanes(for: styles.map(\.plugin.info), isLive: isLive, threads: services.threadCount)
    bytesBefore = MemoryLimit.heldBytes()
    lanes = []
    lanes.append(try start(isShared ? services.lane(threads: 1) : services))
  }

  /// Lanes that will work side by side.
  var count: Int { lanes.count }

  /// The chain of the first lane.
  var first: StyleChain { lanes[0].chain }

  /// Makes every lane ready for a size, as many as memory lets there be.
  ///
  /// - Parameter isPicture: there is one frame, which all threads work on.
  /// - Returns: the size of the output.
  /// - Throws: `HostError` of kind plugin.
  func prepare(h: Int, w: Int, frameRate: Rational?, isPicture: Bool = false) throws(HostError) -> (h: Int, w: Int) {
    let rate = frameRate.map { (num: $0.numerator, den: $0.denominator) } ?? (num: 0, den: 1)
    if precision == .auto { try choosePrecision(h: h, w: w) }
    let isShared = isShared && !isPicture
    if !isShared, self.isShared {
      lanes = []
      lanes.append(try start(services))
    }
    let size = try lanes[0].chain.prepare(h: h, w: w, frameRate: rate)
    sayPrecision()
    defer { saySweeps(h: size.h, w: size.w) }
    guard isShared else { return size }
    let threads = services.threadCount
    let laneBytes = max(MemoryLimit.heldBytes() - bytesBefore, 1)
    // Plans that run in sweeps have taken all the memory there is.
    let isSwept = lanes[0].services.engine.plans.contains(where: \.isSwept)
    let count =
      isSwept
      ? 1
      : LaneBudget.lanes(
        threads: threads, laneBytes: laneBytes, allowedBytes: services.memory.left.map { $0 + laneBytes })
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

  /// The plans of the first lane's styles.
  var plans: [ComputePlan] { lanes[0].services.engine.plans }

  /// The precision that plans really have, "f32" where there are none.
  var precisionName: String {
    let names = Set(lanes[0].services.engine.plans.map(\.precision.rawValue))
    return names.isEmpty ? ComputePrecision.f32.rawValue : names.sorted().joined(separator: "+")
  }

  /// Starts the first lane anew where the styles are better off in something else than float32.
  private func choosePrecision(h: Int, w: Int) throws(HostError) {
    styles = try PrecisionChooser(services).chosen(.auto, for: styles, h: h, w: w)
    guard styles.contains(where: { $0.precision != .f32 }) else { return }
    let own = lanes[0].services
    lanes = []
    bytesBefore = MemoryLimit.heldBytes()
    lanes.append(try start(own))
  }

  /// Says where a precision that was asked for cannot be had.
  private func sayPrecision() {
    guard precision != .f32, precision != .auto, precisionName != precision.rawValue else { return }
    let isGraph = !lanes[0].services.engine.plans.isEmpty
    services.log.once(
      .warning,
      isGraph
        ? "--precision \(precision.rawValue) cannot be had at CPU level \(services.cpuLevelName): \(precisionName) runs instead"
        : "--precision \(precision.rawValue) does nothing here: this style computes by itself")
  }

  /// Says that frames do not fit into memory at once.
  private func saySweeps(h: Int, w: Int) {
    let swept = plans.filter(\.isSwept)
    guard !swept.isEmpty else { return }
    let scratch = services.memory.scratch
    let disk = scratch.heldBytes
    let spilled = disk == 0 ? "" : ", with \(MemoryLimit.words(disk)) in '\(scratch.folder)'"
    services.log.once(
      .info, "frames of \(w)x\(h) do not fit into memory at once and run in sweeps\(spilled): the same pictures, slower"
    )
  }

  private func start(_ services: ComputeServices) throws(HostError) -> Lane {
    Lane(chain: try StyleChain.start(styles, services), services: services)
  }
}
