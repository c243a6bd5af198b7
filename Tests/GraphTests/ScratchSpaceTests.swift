// Memory in files: what is let go of is no longer resident, and still there.
import Glibc
import Testing

@testable import Graph

@Suite("Scratch files")
struct ScratchSpaceTests {
  /// Pages of a file's mapping that are resident, as the system says: one word each, whose highest bit tells.
  private func residentPages(_ file: ScratchFile) throws -> Int {
    let descriptor = open("/proc/self/pagemap", O_RDONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var words = [UInt64](repeating: 0, count: file.bytes / ScratchFile.page)
    let first = Int(bitPattern: file.base) / ScratchFile.page
    try #require(pread(descriptor, &words, words.count * 8, off_t(first * 8)) == words.count * 8)
    return words.count { $0 >> 63 == 1 }
  }

  @Test("rows that are let go of one after the other leave no page behind that they share, and keep their numbers")
  func release() throws {
    let space = ScratchSpace()
    let (pages, rowBytes) = (64, 1000)
    let file = try space.file(bytes: pages * ScratchFile.page)
    #expect(space.heldBytes == pages * ScratchFile.page && space.holds(file.base + 5))
    let bytes = UnsafeMutableRawBufferPointer(start: file.base, count: file.bytes)
    for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index / 7) }
    #expect(try residentPages(file) == pages)
    for row in 0..<file.bytes / rowBytes { ScratchSpace.release(file.base + row * rowBytes, bytes: rowBytes) }
    // The last row ends before the last page does.
    #expect(try residentPages(file) <= 1)
    withExtendedLifetime(file) {
      #expect(bytes.indices.allSatisfy { bytes[$0] == UInt8(truncatingIfNeeded: $0 / 7) })
    }
  }
}
