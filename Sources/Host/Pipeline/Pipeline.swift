// Pipeline.swift - decode, stylize (one thread a lane) and encode on threads of their own, with small queues between them.

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
    /// Its place in the order of all parcels.
    var number = 0
    var packets: [Packet] = []
    var frame: Frame?
    /// What is known of the frame beside its pixels.
    var moment: FrameMoment?
  }

  /// An error, and the parcel that it kept from being made.
  private struct Failure {
    let error: HostError
    let number: Int?
  }

  private let source: any FrameSource
  private let sink: any FrameSink
  private let stylists: [FrameStylist]
  private let moments: FrameMoments
  private let abort: AbortFlag?
  private let stop: StopSignal
  private let onFrame: @Sendable (_ frames: Int, _ seconds: Double?) -> Void
  private let times: StageTimes
  private let decoded: BoundedQueue<Parcel>
  private let styled: OrderedQueue<Parcel>
  private let lanesAtWork: Atomic<Int>
  private let failure = Mutex<Failure?>(nil)
  private let damage = Mutex(Damage())
  private let written = Atomic<Int>(0)

  /// - Parameters:
  ///   - moments: asked for the moment of each frame, on the decode thread.
  ///   - stylists: one a lane, each takes the next frame there is; none hands frames through as they are.
  ///   - waitingFrames: at most so many wait between two stages, and no more than lanes need.
  ///   - onFrame: called on the encode thread after each frame with the count and the frame's time.
  init(
    source: any FrameSource, moments: FrameMoments = FrameMoments(), stylists: [FrameStylist], sink: any FrameSink,
    waitingFrames: Int = .max, times: StageTimes, abort: AbortFlag?, stop: StopSignal = StopSignal(),
    onFrame: @escaping @Sendable (Int, Double?) -> Void = { _, _ in }
  ) {
    self.source = source
    self.sink = sink
    self.stylists = stylists
    self.moments = moments
    self.times = times
    self.abort = abort
    self.stop = stop
    self.onFrame = onFrame
    decoded = BoundedQueue(capacity: min(waitingFrames, stylists.count + 2))
    styled = OrderedQueue(capacity: min(waitingFrames, stylists.count + 2))
    lanesAtWork = Atomic(stylists.count)
  }

  /// Runs to the end and returns when all threads have ended.
  ///
  /// What was written before a failure of the input or a style is finished properly.
  /// - Throws: the first `HostError` of any stage.
  public func run() throws(HostError) -> Report {
    let started = ContinuousClock.now
    let source = source
    stop.whenSet { source.interrupt() }
    var stages: [(name: String, body: @Sendable () -> Void)] = [
      ("decode", { self.decode() }), ("encode", { self.encode() }),
    ]
    for stylist in stylists { stages.append(("stylize", { self.stylize(with: stylist) })) }
    var threads: [StageThread] = []
    for stage in stages {
      guard let thread = StageThread(stage.name, stage.body) else {
        fail(HostError(.usage, "the system has no thread to give for \(stage.name): use fewer, with --threads"))
        giveUp()
        break
      }
      threads.append(thread)
    }
    threads.forEach { $0.join() }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
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
      if stylists.isEmpty { styled.finish() } else { decoded.finish() }
    }
    var parcel = Parcel()
    var clock = ContinuousClock.now
    do {
      while stop.signal == nil, let event = try source.next() {
        switch event {
        case .packet(let packet): parcel.packets.append(packet)
        case .frame(let frame):
          parcel.frame = frame
          parcel.moment = try moments.next(frame, lostPackets: source.damage.undecodablePackets)
          times.add(.decode, ContinuousClock.now - clock)
        }
        if parcel.frame != nil || parcel.packets.count >= Pipeline.packetsPerParcel {
          guard hand(parcel) else { return }
          parcel = Parcel(number: parcel.number + 1)
          clock = ContinuousClock.now
        }
      }
    } catch {
      if stop.signal == nil { fail(error) }
    }
    if !parcel.packets.isEmpty { _ = hand(parcel) }
  }

  /// From decode to whoever is next; false when nobody wants it any more.
  private func hand(_ parcel: Parcel) -> Bool {
    stylists.isEmpty ? styled.push(parcel, number: parcel.number) : decoded.push(parcel)
  }

  private func stylize(with stylist: FrameStylist) {
    CrashReporter.prepareStack()
    // Whatever ends the last lane: nobody reads what is decoded any more, and what is styled is all there is.
    defer {
      if lanesAtWork.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
        decoded.cancel()
        styled.finish()
      }
    }
    while var parcel = decoded.pop() {
      do {
        if let frame = parcel.frame, let moment = parcel.moment {
          parcel.frame = try stylist.stylize(frame, at: moment)
        }
      } catch {
        // Other lanes are still at frames that come before this one: they are wanted, those after it are not.
        fail(error, at: parcel.number)
        styled.end(at: parcel.number)
        decoded.cancel()
        source.interrupt()
        return
      }
      guard styled.push(parcel, number: parcel.number) else { return }
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
      giveUp()
    }
  }

  /// Nothing more can be written: lets every stage go at once.
  private func giveUp() {
    abort?.set()
    styled.cancel()
    decoded.cancel()
    source.interrupt()
  }

  /// Keeps the first error, since the later ones follow from it: the first in the order of frames where lanes fail.
  private func fail(_ error: any Error, at number: Int? = nil) {
    let known: HostError
    switch error {
    case let error as HostError: known = error
    case let error as VideoError: known = HostError(error)
    default: known = HostError(.output, "\(error)")
    }
    failure.withLock { failure in
      if let failure {
        guard let kept = failure.number, let number, number < kept else { return }
      }
      failure = Failure(error: known, number: number)
    }
  }
}
