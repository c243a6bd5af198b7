// LaneTests.swift - when frames are worked on side by side, how many, and in what order they come out.

import Foundation
import Synchronization
import Testing
import Video

@testable import Host

@Suite("lanes")
struct LaneTests {
  private func info(_ flags: String) throws -> PluginInfo {
    try LoadedPlugin(path: PluginFixture.folder(["mischief"], flags: flags) + "/mischief.so").info
  }

  @Test("auto shares frames out where the input waits for us and no style remembers frames")
  func modes() throws {
    let (free, bound) = (try info("-DFLAGS=STH_PLUGIN_STATELESS"), try info("-DFLAGS=0"))
    #expect(try WorkMode.auto.usesLanes(for: [free, free], isLive: false, threads: 2))
    #expect(try !WorkMode.auto.usesLanes(for: [free, bound], isLive: false, threads: 2))
    #expect(try !WorkMode.auto.usesLanes(for: [free], isLive: true, threads: 2))
    #expect(try !WorkMode.auto.usesLanes(for: [free], isLive: false, threads: 1))
    #expect(try !WorkMode.latency.usesLanes(for: [free], isLive: false, threads: 2))
    #expect(try WorkMode.throughput.usesLanes(for: [free], isLive: true, threads: 2))
    let error = #expect(throws: HostError.self) {
      try WorkMode.throughput.usesLanes(for: [free, bound], isLive: false, threads: 2)
    }
    #expect(error?.kind == .usage)
    #expect(error?.description.contains("'mischief'") == true)
  }

  @Test("a file waits for us; a pipe, a device and an address do not")
  func liveness() throws {
    let path = PluginFixture.root.path + "/Package.swift"
    #expect(!MediaSource.path(path).isLive)
    #expect(!MediaSource.path("/nowhere/frame%04d.png").isLive)
    #expect(MediaSource.path("/dev/zero").isLive)
    #expect(MediaSource.path("http://example.org/a%20film.mp4").isLive)
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    #expect(!MediaSource.descriptor(file.fileDescriptor).isLive)
    #expect(MediaSource.descriptor(Pipe().fileHandleForReading.fileDescriptor).isLive)
  }

  @Test("there is a lane per thread, fewer where memory is short, one at least")
  func budget() {
    #expect(LaneBudget.lanes(threads: 64, laneBytes: 1 << 20, allowedBytes: 1 << 30) == 64)
    #expect(LaneBudget.lanes(threads: 64, laneBytes: 1 << 28, allowedBytes: 1 << 31) == 7)
    #expect(LaneBudget.lanes(threads: 64, laneBytes: 1 << 33, allowedBytes: 1 << 32) == 1)
    #expect(LaneBudget.lanes(threads: 3, laneBytes: -5, allowedBytes: nil) == 3)
    #expect(MemoryLimit.heldBytes() > 1 << 20)
  }

  @Test("frames wait in numbers that memory allows")
  func waiting() {
    #expect(LaneBudget.waitingFrames(threads: 2, frameBytes: 3 << 20, limit: 8 << 30) == 4)
    #expect(LaneBudget.waitingFrames(threads: 2, frameBytes: 1 << 27, limit: 2 << 30) == 2)
    #expect(LaneBudget.waitingFrames(threads: 2, frameBytes: 1 << 30, limit: 2 << 30) == 1)
    #expect(LaneBudget.waitingFrames(threads: 2, frameBytes: 1 << 30, limit: nil) == 4)
  }

  @Test("what several threads make comes out in order, and nobody runs far ahead")
  func order() {
    let queue = OrderedQueue<Int>(capacity: 3)
    let next = Atomic<Int>(0)
    var ahead = 0
    let group = DispatchGroup()
    for _ in 0..<5 {
      DispatchQueue.global().async(group: group) {
        while true {
          let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if number >= 500 { return }
          if number % 7 == 0 { usleep(200) }
          guard queue.push(number, number: number) else { return }
        }
      }
    }
    for expected in 0..<500 {
      #expect(queue.pop() == expected)
      ahead = max(ahead, next.load(ordering: .relaxed) - expected)
    }
    group.wait()
    // Three in the queue, and one in the hands of each of five.
    #expect(ahead <= 3 + 5 + 1)
    queue.finish()
    #expect(queue.pop() == nil)
  }

  @Test("a queue that ends early hands out what comes before, refuses what comes after, and lets waiting producers go")
  func end() {
    let queue = OrderedQueue<String>(capacity: 2)
    let waiting = DispatchGroup()
    let refused = Atomic<Bool>(false)
    DispatchQueue.global().async(group: waiting) {
      refused.store(!queue.push("far ahead", number: 7), ordering: .releasing)
    }
    #expect(queue.push("second", number: 1))
    queue.end(at: 2)
    waiting.wait()
    let wasRefused = refused.load(ordering: .acquiring)
    #expect(wasRefused)
    #expect(!queue.push("third", number: 2))
    #expect(queue.push("first", number: 0))
    #expect(queue.pop() == "first")
    #expect(queue.pop() == "second")
    #expect(queue.pop() == nil)
  }
}
