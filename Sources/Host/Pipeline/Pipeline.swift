// Pipeline.swift - decode, stylize and encode on threads of their own, with small queues between them.

import Foundation
import Synchronization
import Video

/// One run from a source to a sink. Frames come out in the order they went in; memory does not grow with length.
public final class Pipeline: @unchecked Sendable {
  // @unchecked: what the threads share is guarded or immutable; the rest belongs to one thread each.

  /// How a run went.
  public struct Report: Sendable {
    /// Frames written.
    public var frames = 0
    /// What was wrong with the input.
    public var damage = Damage()
    /// Time per frame and stage.
    public var stages: [Stage: StageTime] = [:]
    /// From the first read to the end of the output.
    public var seconds = 0.0
  }

  /// Frames and the packets that came before each: what travels through the queues.
  private struct Parcel: Sendable {
    var packets: [Packet] = []
    var frame: Frame?
  }

  private let source: any FrameSource
  private let sink: any FrameSink
  private let stylist: FrameStylist?
  private let abort: AbortFlag?
  private let stop: StopSignal
  private let onFrame: @Sendable (_ frames: Int, _ seconds: Double?) -> Void
  private let times: StageTimes
  private let decoded = BoundedQueue<Parcel>(capacity: 3)
  private let styled = BoundedQueue<Parcel>(capacity: 3)
  private let failure = Mutex<HostError?>(nil)
  private let damage = Mutex(Damage())
  private let written = Atomic<Int>(0)

  /// - Parameters:
  ///   - stylist: nil hands frames through as they are.
  ///   - onFrame: called on the encode thread after each frame with the count and the frame's time.
  init(
    source: any FrameSource, stylist: FrameStylist?, sink: any FrameSink, times: StageTimes, abort: AbortFlag?,
    stop: StopSignal = StopSignal(), onFrame: @escaping @Sendable (Int, Double?) -> Void = { _, _ in }
  ) {
    self.source = source
    self.sink = sink
    self.stylist = stylist
    self.times = times
    self.abort = abort
    self.stop = stop
    self.onFrame = onFrame
  }

  /// Runs to the end and returns when all threads have ended.
  ///
  /// What was written before a failure of the input or a style is finished properly.
  /// - Throws: the first `HostError` of any stage.
  public func run() throws(HostError) -> Report {
    let started = ContinuousClock.now
    let source = source
    stop.whenSet { source.interrupt() }
    let stages: [(name: String, body: @Sendable () -> Void)] = [
      ("decode", { self.decode() }), ("stylize", { self.stylize() }), ("encode", { self.encode() }),
    ]
    let group = DispatchGroup()
    for stage in stages {
      group.enter()
      let thread = Thread {
        stage.body()
        group.leave()
      }
      thread.name = stage.name
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    if let error = failure.withLock({ $0 }) { throw error }
    let parts = (ContinuousClock.now - started).components
    return Report(
      frames: written.load(ordering: .acquiring), damage: damage.withLock { $0 }, stages: times.summary(),
      seconds: Double(parts.seconds) + Double(parts.attoseconds) * 1e-18)
  }

  /// Packets that wait for the next frame; more are sent on without one.
  private static let packetsPerParcel = 256

  private func decode() {
    defer {
      damage.withLock { $0 = source.damage }
      decoded.finish()
    }
    var parcel = Parcel()
    var clock = ContinuousClock.now
    do {
      while stop.signal == nil, let event = try source.next() {
        switch event {
        case .packet(let packet): parcel.packets.append(packet)
        case .frame(let frame):
          times.add(.decode, ContinuousClock.now - clock)
          parcel.frame = frame
        }
        if parcel.frame != nil || parcel.packets.count >= Pipeline.packetsPerParcel {
          guard decoded.push(parcel) else { return }
          parcel = Parcel()
          clock = ContinuousClock.now
        }
      }
    } catch {
      if stop.signal == nil { fail(error) }
    }
    if !parcel.packets.isEmpty { _ = decoded.push(parcel) }
  }

  private func stylize() {
    CrashReporter.prepareStack()
    // Whatever ends this stage: nobody reads what is decoded any more, and what is styled is all there is.
    defer {
      decoded.cancel()
      styled.finish()
    }
    while var parcel = decoded.pop() {
      do {
        if let stylist, let frame = parcel.frame { parcel.frame = try stylist.stylize(frame) }
      } catch {
        fail(error)
        source.interrupt()
        return
      }
      guard styled.push(parcel) else { return }
    }
  }

  private func encode() {
    do {
      while let parcel = styled.pop() {
        for packet in parcel.packets { try sink.write(packet) }
        guard let frame = parcel.frame else { continue }
        try times.measure(.encode) { try sink.write(frame) }
        let count = written.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue
        onFrame(count, frame.seconds)
      }
      try sink.finish()
    } catch {
      fail(error)
      abort?.set()
      styled.cancel()
      decoded.cancel()
      source.interrupt()
    }
  }

  /// Keeps the first error; the later ones follow from it.
  private func fail(_ error: any Error) {
    let known: HostError
    switch error {
    case let error as HostError: known = error
    case let error as VideoError: known = HostError(error)
    default: known = HostError(.output, "\(error)")
    }
    failure.withLock { if $0 == nil { $0 = known } }
  }
}
