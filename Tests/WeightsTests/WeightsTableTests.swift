// WeightsTableTests.swift - model files as plugins open them, and whose pages are given back.

import PluginAPI
import TestFolders
import Testing
import Weights

@Suite("the table of weights")
struct WeightsTableTests {
  /// Opens a file through a table and looks at every number.
  private func open(_ path: String, _ table: UnsafePointer<sth_weights_api>) throws -> OpaquePointer {
    var weights: OpaquePointer?
    let open = try #require(table.pointee.open), find = try #require(table.pointee.find)
    #expect(open(table, path, &weights, nil) == STH_OK)
    var tensor = sth_tensor()
    tensor.struct_size = UInt32(MemoryLayout<sth_tensor>.size)
    #expect(find(table, weights, "t", &tensor) == STH_OK)
    let floats = try #require(tensor.data).assumingMemoryBound(to: Float.self)
    #expect((0..<Int(tensor.dims.0)).allSatisfy { floats[$0] == 1 })
    return try #require(weights)
  }

  @Test("gives the pages of its own files back, not those of others, and lets go of files that are closed")
  func pages() throws {
    let scratch = try Scratch()
    let paths = ["own.safetensors", "other.safetensors"].map { scratch.path($0) }
    let ones = [Float](repeating: 1, count: 1 << 18)
    for path in paths {
      try SafetensorsWriter.write([try NamedTensor(name: "t", shape: [ones.count], floats: ones)], to: path)
    }
    let (own, other) = (WeightsTable(), WeightsTable())
    let opened = try open(paths[0], own.table), foreign = try open(paths[1], other.table)
    #expect(try MappedPages.residentKiB(paths[0]) >= 1024)
    own.releasePages()
    #expect(try MappedPages.residentKiB(paths[0]) == 0)
    #expect(try MappedPages.residentKiB(paths[1]) >= 1024)
    own.table.pointee.close(own.table, opened)
    own.releasePages()
    other.table.pointee.close(other.table, foreign)
    #expect(try MappedPages.residentKiB(paths[1]) == 0)
  }
}
