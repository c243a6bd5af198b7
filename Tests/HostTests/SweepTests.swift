// SweepTests.swift - passes over pictures: those in files need not be in memory at once, and steady work allocates nothing.

import AllocationCounter
import Foundation
import Graph
import TestFolders
import Testing
import Video

@testable import Host

@Suite("sweeps over pictures")
struct SweepTests {
  /// Counts what of a picture's file is in memory while it is written.
  private final class Filling: Sweep {
    let picture: ImageBuffer
    private(set) var most = 0

    init(_ picture: ImageBuffer) { self.picture = picture }

    func forEachPicture(_ body: (ImageBuffer) -> Void) { body(picture) }

    func run(rows: Range<Int>, worker: Int) {
      for c in 0..<picture.c { for y in rows { picture.row(c: c, y: y).update(repeating: Float(y)) } }
      most = max(most, resident())
    }

    /// Bytes of the picture that are in memory, by the flags that the kernel keeps of each page: 64 bits, the topmost for that.
    func resident() -> Int {
      let page = Int(getpagesize())
      guard let start = picture.bytes.baseAddress, let map = fopen("/proc/self/pagemap", "r") else { return 0 }
      defer { fclose(map) }
      var flags = [UInt64](repeating: 0, count: picture.byteCount / page)
      fseek(map, Int(bitPattern: start) / page * 8, SEEK_SET)
      let count = fread(&flags, 8, flags.count, map)
      return flags.prefix(count).count { $0 >> 63 == 1 } * page
    }
  }

  @Test("a picture in a file is never in memory as a whole, and every row is done")
  func files() throws {
    let scratch = try Scratch()
    let services = try ComputeServices(threads: 1, log: HostLog(level: .error))
    let picture = try ImageBuffer(h: 515, w: 1024, scratch: ScratchSpace(folder: scratch.url.path))
    let filling = Filling(picture)
    services.pool.sweep(filling, rows: picture.h)
    #expect(filling.most > 0)
    #expect(filling.most < picture.byteCount / 8)
    #expect(filling.resident() == 0)
    for c in 0..<3 { for y in 0..<picture.h { #expect(picture.row(c: c, y: y)[1023] == Float(y)) } }
  }

  @Test("what is outside of masks is given back without an allocation, and a mask picture laid over it")
  func allocations() throws {
    let scratch = try Scratch()
    let file = scratch.url.appendingPathComponent("mask.pgm")
    try (Data("P5 90 7 255\n".utf8) + Data((0..<630).map { UInt8($0 % 251) })).write(to: file)
    let services = try ComputeServices(threads: 1, log: HostLog(level: .error))
    let masks = try MaskReader(file.path, services)
    let layer = try #require(try MaskLayer(.file(file.path), h: 48, w: 64, services))
    let (source, target) = (try TestFrames.noise("yuv420p", 64, 48), try TestFrames.noise("yuv420p", 64, 48, seed: 9))
    let moment = try FrameMoments().next(source)
    let outside = OutsideCopy(services)
    let given = try [masks.picture(at: 0), masks.picture(at: 1)]
    let format = source.pixelFormat
    let weights = [layer.weights]
    for (index, picture) in given.enumerated() {
      allocation_counter_watch(index == 0 ? 0 : 1)
      let before = allocation_counter_total()
      try layer.update(moment, picture)
      try outside.run(weights, from: source, original: format, to: target)
      let after = allocation_counter_total()
      if index > 0 { #expect(after == before) }
    }
    allocation_counter_watch(0)
  }
}
