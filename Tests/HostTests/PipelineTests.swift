// PipelineTests.swift - order, bounded memory, and a clean end whichever stage fails, with one lane and with several.

import Foundation
import Synchronization
import Testing
import Video

@testable import Host

/// Frames from a pool, numbered; may fail.
private final class CountingSource: FrameSource, @unchecked Sendable {
  let pool: FramePool
  let count: Int
  let failAt: Int?
  var index = 0
  let alive = Mutex(0)
  let interrupted = Atomic<Bool>(false)
  let damage = Damage()

  init(_ count: Int, failAt: Int? = nil) throws {
    pool = try FramePool(width: 16, height: 16, pixelFormat: PixelFormat(named: "yuv420p"))
    self.count = count
    self.failAt = failAt
  }

  func next() throws -> MediaEvent? {
    if interrupted.load(ordering: .acquiring) { throw VideoError.interrupted("stopped") }
    if index == failAt { throw VideoError.input("the source broke") }
    guard index < count else { return nil }
    let frame = try pool.next()
    frame.timeBase = Rational(1, 25)
    frame.presentationTime = Int64(index)
    index += 1
    return .frame(frame)
  }

  func interrupt() { interrupted.store(true, ordering: .releasing) }
}

/// Remembers times; may fail.
private final class CountingSink: FrameSink, @unchecked Sendable {
  let failAt: Int?
  let onWrite: @Sendable (Int) -> Void
  var times: [Int64] = []
  var isFinished = false

  init(failAt: Int? = nil, onWrite: @escaping @Sendable (Int) -> Void = { _ in }) {
    self.failAt = failAt
    self.onWrite = onWrite
  }

  func write(_ frame: Frame) throws {
    if times.count == failAt { throw VideoError.output("the sink broke") }
    times.append(frame.presentationTime ?? -1)
    onWrite(times.count)
  }
  func write(_ packet: Packet) throws {}
  func finish() throws { isFinished = true }
}

@Suite("the pipeline", .timeLimit(.minutes(1)))
struct PipelineTests {
  private func stylists(_ does: String, lanes: Int = 1) throws -> [FrameStylist] {
    let services = try ComputeServices(threads: 2)
    let plugin = try LoadedPlugin(path: PluginFixture.folder(["mischief"]) + "/mischief.so")
    let values = try ParameterValues(
      [StyleSpec.Assignment(key: "does", value: does)], for: plugin.info, StyleCatalogue(folders: []))
    let output = StyleLanes.Output(
      size: (16, 16), pixelFormat: try PixelFormat(named: "yuv420p"), color: .unspecified)
    return try (0..<lanes).map { _ in
      let own = try services.lane(threads: 1)
      let chain = try StyleChain.start([ResolvedStyle(plugin: plugin, values: values)], own)
      return FrameStylist(chain, own, output: output, frameRate: nil, times: StageTimes())
    }
  }

  private func pipeline(
    _ source: CountingSource, _ sink: CountingSink, _ stylists: [FrameStylist] = [], stop: StopSignal = StopSignal()
  ) -> Pipeline {
    Pipeline(source: source, stylists: stylists, sink: sink, times: StageTimes(), abort: nil, stop: stop)
  }

  @Test("hands every frame on, in order", arguments: [0, 1, 2, 7])
  func order(lanes: Int) throws {
    let sink = CountingSink()
    let report = try pipeline(CountingSource(100), sink, stylists("nothing", lanes: lanes)).run()
    #expect(report.frames == 100)
    #expect(sink.times == (0..<100).map(Int64.init))
    #expect(sink.isFinished)
  }

  @Test("a source that breaks leaves a finished output of what came before")
  func brokenSource() throws {
    let sink = CountingSink()
    let error = try #require(throws: HostError.self) { try pipeline(CountingSource(100, failAt: 7), sink).run() }
    #expect(error.kind == .input)
    #expect(sink.times.count == 7)
    #expect(sink.isFinished)
  }

  @Test("a style that fails leaves a finished output up to that frame and stops the source", arguments: [1, 2, 7])
  func brokenStyle(lanes: Int) throws {
    let sink = CountingSink()
    let source = try CountingSource(1_000_000)
    let error = try #require(throws: HostError.self) {
      try pipeline(source, sink, stylists("fail", lanes: lanes)).run()
    }
    #expect(error.kind == .plugin)
    #expect(error.description == "plugin 'mischief' cannot process frame 3: frame 3 is cursed")
    #expect(sink.times == [0, 1, 2])
    #expect(sink.isFinished)
    #expect(source.index < 100)
  }

  @Test("a sink that breaks stops everything before it", arguments: [0, 1, 5], [1, 3])
  func brokenSink(at position: Int, lanes: Int) throws {
    let source = try CountingSource(1_000_000)
    let error = try #require(throws: HostError.self) {
      try pipeline(source, CountingSink(failAt: position), stylists("nothing", lanes: lanes)).run()
    }
    #expect(error.kind == .output)
    #expect(source.index < 100)
  }

  @Test("a wish to stop ends reading and finishes what is queued", arguments: [0, 3])
  func stopping(lanes: Int) throws {
    let stop = StopSignal()
    let sink = CountingSink { if $0 == 10 { stop.set(SIGINT) } }
    let source = try CountingSource(1_000_000)
    let report = try pipeline(source, sink, stylists("nothing", lanes: lanes), stop: stop).run()
    #expect(report.frames >= 10 && report.frames < 100)
    #expect(sink.times == (0..<Int64(report.frames)).map { $0 })
    #expect(sink.isFinished)
  }

  @Test("no more than a handful of frames are held, however slow the sink", arguments: [0, 1, 3])
  func bounded(lanes: Int) throws {
    let source = try CountingSource(60)
    let most = Atomic<Int>(0)
    let sink = CountingSink { written in
      usleep(2000)
      most.store(max(most.load(ordering: .relaxed), source.index - written), ordering: .relaxed)
    }
    _ = try pipeline(source, sink, stylists("nothing", lanes: lanes)).run()
    #expect(most.load(ordering: .relaxed) <= 6 + 3 * lanes)
  }
}
