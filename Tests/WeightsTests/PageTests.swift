// Pages of a mapped file that are given back, and come again.

import Foundation
import TestFolders
import Testing
import Weights

@Suite("Pages of a weight file")
struct PageTests {
  @Test("released pages leave the process, and hold the same numbers when they are looked at again")
  func release() throws {
    let scratch = try Scratch()
    let path = scratch.path("large.safetensors")
    let numbers = (0..<1 << 18).map(Float.init)
    try SafetensorsWriter.write([try NamedTensor(name: "t", shape: [numbers.count], floats: numbers)], to: path)
    let file = try WeightFile.open(path: path)
    let tensor = try #require(file.tensor(named: "t"))
    let first = tensor.contiguousBytes()
    #expect(try residentKiB(path) >= 1024)
    file.releasePages()
    #expect(try residentKiB(path) == 0)
    #expect(tensor.contiguousBytes() == first)
    #expect(try residentKiB(path) >= 1024)
  }

  /// What a mapped file takes of this process's memory.
  private func residentKiB(_ path: String) throws -> Int {
    // A file of /proc has no size, and what goes by it reads too little.
    let handle = try #require(FileHandle(forReadingAtPath: "/proc/self/smaps"))
    let maps = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    var (isOurs, sum) = (false, 0)
    for line in maps.split(separator: "\n") {
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      // A mapping begins with its addresses; one of no file has no sixth field.
      if fields.count >= 5, fields[0].contains("-") { isOurs = line.hasSuffix(path) }
      if isOurs, fields.first == "Rss:" { sum += Int(fields[1]) ?? 0 }
    }
    return sum
  }
}
