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
    #expect(try MappedPages.residentKiB(path) >= 1024)
    file.releasePages()
    #expect(try MappedPages.residentKiB(path) == 0)
    #expect(tensor.contiguousBytes() == first)
    #expect(try MappedPages.residentKiB(path) >= 1024)
  }
}
