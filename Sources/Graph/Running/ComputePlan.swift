// A network compiled for one size, ready to run frame after frame.
import Glibc
import PluginAPI
import Synchronization

/// A graph compiled for the sizes of its inputs.
///
/// A run walks a flat list of kernel calls on the engine's pool and allocates nothing. One run at a time; a second one is
/// refused. The bytes of the result do not depend on the number of threads.
public final class ComputePlan: @unchecked Sendable {
  // SAFETY: `slots`, the program and the arena are touched only between a successful exchange of `phase` from idle to
  // running and the store back; everything else is constant after init.

  /// Of the graph.
  public let name: String
  /// What it really computes in, which may be finer than what was asked for.
  public let precision: ComputePrecision
  /// Shapes of inputs and outputs, in their order.
  public let inputShapes: [ValueShape], outputShapes: [ValueShape]
  /// Bytes of working memory of a run: buffers between passes, and one workspace per worker.
  public let arenaBytes: Int
  /// Bytes of weights in the form the kernels read; shared by the plans of a graph.
  public let packedBytes: Int
  /// Multiply-adds of a run, in convolutions.
  public let multiplyAdds: Int

  /// Of the scratch file; 0 where all of a run fits into memory.
  public let scratchBytes: Int
  /// What a run takes, as an estimate, in runs that do nothing twice and keep all in memory: 1 for those.
  public let work: Double

  let engine: GraphEngine
  let program: PlanProgram
  private let course: Course
  private var scratch: ScratchFile?
  let profile: PlanProfile
  private let packed: [PackedBlock]
  private let slots: UnsafeMutablePointer<Slot>
  private var arena: Arena?
  private let phase = Atomic<Int>(0)

  private static let idle = 0, running = 1, ended = 2

  /// An image of the caller during a run.
  private struct Slot {
    let shape: ValueShape
    var data: UnsafeMutablePointer<Float>?
    var cStride: Int64 = 0, hStride: Int64 = 0
    var isScratch = false
  }

  init(
    name: String, engine: GraphEngine, site: PlanSite, course: Course, precision: ComputePrecision,
    inputs: [ValueShape], outputs: [ValueShape], work: Double
  ) {
    self.name = name
    self.precision = precision
    self.engine = engine
    program = site.program
    profile = PlanProfile(stepCount: site.program.steps.count)
    packed = Array(site.used.values)
    packedBytes = packed.reduce(0) { $0 + $1.bytes }
    inputShapes = inputs
    outputShapes = outputs
    self.course = course
    self.work = work
    arenaBytes = site.arena.bytes
    arena = site.arena
    scratch = site.scratch
    scratchBytes = site.scratch?.bytes ?? 0
    multiplyAdds = site.program.multiplyAdds.reduce(0) { sum, count in
      let total = sum.addingReportingOverflow(count)
      return total.overflow ? Int.max : total.partialValue
    }
    slots = .allocate(capacity: max(inputs.count + outputs.count, 1))
    for (slot, shape) in (inputs + outputs).enumerated() { (slots + slot).initialize(to: Slot(shape: shape)) }
  }

  deinit { slots.deallocate() }

  /// Ends the plan: its memory goes, and runs are refused from now on. Nothing happens while a run is in progress.
  func end() {
    if phase.compareExchange(expected: Self.idle, desired: Self.ended, ordering: .acquiringAndReleasing).exchanged {
      (arena, scratch) = (nil, nil)
    }
  }

  /// One frame: reads `inputs`, writes `outputs`, all of exactly the compiled shapes.
  public func run(inputs: [sth_image], outputs: [sth_image]) throws(GraphError) {
    try begin(inputs: inputs.count, outputs: outputs.count)
    defer { finish() }
    for index in 0..<inputs.count { try bind(inputs[index], slot: index, role: "input", index) }
    for index in 0..<outputs.count { try bind(outputs[index], slot: inputs.count + index, role: "output", index) }
    try execute()
  }

  /// As `run(inputs:outputs:)`, with the images as the C border hands them over.
  func run(
    inputs: UnsafePointer<UnsafePointer<sth_image>?>?, count inputCount: Int,
    outputs: UnsafePointer<UnsafePointer<sth_image>?>?, count outputCount: Int
  ) throws(GraphError) {
    try begin(inputs: inputCount, outputs: outputCount)
    defer { finish() }
    for index in 0..<inputCount {
      guard let image = inputs?[index] else { throw .invalid("cannot run '\(name)': input \(index) is NULL") }
      try bind(image.pointee, slot: index, role: "input", index)
    }
    for index in 0..<outputCount {
      guard let image = outputs?[index] else { throw .invalid("cannot run '\(name)': output \(index) is NULL") }
      try bind(image.pointee, slot: inputCount + index, role: "output", index)
    }
    try execute()
  }

  private func begin(inputs: Int, outputs: Int) throws(GraphError) {
    guard inputs == inputShapes.count, outputs == outputShapes.count else {
      throw .invalid(
        "cannot run '\(name)': \(inputs) inputs and \(outputs) outputs given, the graph has \(inputShapes.count) and \(outputShapes.count)"
      )
    }
    let exchange = phase.compareExchange(
      expected: Self.idle, desired: Self.running, ordering: .acquiringAndReleasing)
    if exchange.original == Self.running {
      throw .invalid("cannot run '\(name)': a run of this plan is in progress; compile a plan per stream")
    }
    if exchange.original == Self.ended { throw .invalid("cannot run '\(name)': its graph has been destroyed") }
  }

  private func finish() { phase.store(Self.idle, ordering: .releasing) }

  private func bind(_ image: sth_image, slot: Int, role: String, _ index: Int) throws(GraphError) {
    let shape = slots[slot].shape
    guard Int(image.struct_size) >= MemoryLayout<sth_image>.size else {
      throw .invalid("cannot run '\(name)': struct_size of \(role) \(index) is \(image.struct_size), too small")
    }
    guard Int(image.c) == shape.c, Int(image.h) == shape.h, Int(image.w) == shape.w else {
      throw .invalid(
        "cannot run '\(name)': \(role) \(index) is [\(image.c),\(image.h),\(image.w)], the plan was compiled for \(shape)"
      )
    }
    let rowBytes = Int64(shape.w) * 4
    let planeBytes = Int64(shape.h - 1).multipliedReportingOverflow(by: image.h_stride_bytes)
    guard image.data != nil, Int(bitPattern: image.data) % 4 == 0, image.h_stride_bytes % 4 == 0,
      image.c_stride_bytes % 4 == 0, image.h_stride_bytes >= rowBytes || shape.h == 1, !planeBytes.overflow,
      shape.c == 1
        || (image.c_stride_bytes > 0 && image.c_stride_bytes - rowBytes >= planeBytes.partialValue)
    else {
      throw .invalid(
        "cannot run '\(name)': \(role) \(index) has data \(image.data == nil ? "NULL" : "set") and strides of \(image.c_stride_bytes) and \(image.h_stride_bytes) bytes, which do not hold \(shape) in whole floats"
      )
    }
    slots[slot].data = image.data
    slots[slot].cStride = image.c_stride_bytes / 4
    slots[slot].hStride = image.h_stride_bytes / 4
    slots[slot].isScratch = isSwept && engine.scratch.holds(image.data)
  }

  /// Parts that a run is taken in.
  var legCount: Int { course.legs.count }

  /// Runs in sweeps, since all of it does not fit into memory at once.
  public var isSwept: Bool { course.isSwept }

  private func execute() throws(GraphError) {
    // By index: an iterator over an array allocates in a build without optimisation.
    for index in 0..<program.followers.count {
      let follower = program.followers[index]
      let slot = slots[follower.slot]
      follower.map.pointee.data = UnsafeMutableRawPointer(slot.data)
      follower.map.pointee.c_stride = slot.cStride
      follower.map.pointee.h_stride = slot.hStride
    }
    let isProfiled = profile.isOn
    if isProfiled { profile.beginRun() }
    for index in 0..<course.legs.count {
      if let shouldAbort = engine.shouldAbort, shouldAbort() {
        throw GraphError(STH_ERROR_CANCELLED, "'\(name)' was stopped: the host wants to end")
      }
      take(course.legs[index], isProfiled: isProfiled)
    }
    if isProfiled { profile.countRun() }
  }

  private func take(_ leg: Leg, isProfiled: Bool) {
    guard let arena else { return }
    switch leg {
    case .run(let number, let units):
      let step = program.steps[number]
      let start = isProfiled ? PlanProfile.now() : 0
      engine.pool.parallelFor(
        from: Int64(units.lowerBound), count: Int64(units.count), grain: step.grain, body: step.body,
        argument: step.call)
      if isProfiled { profile.add(PlanProfile.now() - start, to: number) }
    case .slide(let window, let offset, let first, let kept):
      program.slide(window, course.windows[window], at: arena.base + offset, first: first, kept: kept)
    case .release(let number, let rows):
      let place = course.places[number]
      if let scratch { place.memory.release(rows, from: scratch.base + place.offset) }
    case .releaseImage(let number, let rows):
      let slot = slots[number]
      guard slot.isScratch, let data = slot.data else { return }
      let memory = RowMemory(planes: slot.shape.c, planeBytes: Int(slot.cStride) * 4, rowBytes: Int(slot.hStride) * 4)
      memory.release(rows, from: UnsafeMutableRawPointer(data))
    }
  }
}
