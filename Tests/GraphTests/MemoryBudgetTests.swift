// What may be taken: what the machine has left, or what a container allows.
import Foundation
import TestFolders
import Testing

@testable import Graph

@Suite("MemoryBudget")
struct MemoryBudgetTests {
  @Test("the tightest of the control groups above a process counts, and pages of files count as free")
  func groups() throws {
    let scratch = try Scratch()
    let root = scratch.url
    let inner = root.appendingPathComponent("outer/inner")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
    let membership = root.appendingPathComponent("cgroup")
    func write(_ text: String, _ path: String) throws {
      try text.write(to: root.appendingPathComponent(path), atomically: true, encoding: .utf8)
    }
    func bytes() -> Int? { MemoryBudget.groupBytes(root: root.path, membership: membership.path) }

    #expect(bytes() == nil)
    try write("1:memory:/old\n0::/outer/inner\n", "cgroup")
    #expect(bytes() == nil)
    try write("max\n", "outer/inner/memory.max")
    try write("500\n", "outer/inner/memory.current")
    #expect(bytes() == nil)
    try write("4000\n", "outer/memory.max")
    try write("3000\n", "outer/memory.current")
    #expect(bytes() == 1000)
    try write("anon 900\nfile 2100\ninactive_file 1500\nactive_file 600\n", "outer/memory.stat")
    #expect(bytes() == 3100)
    try write("600\n", "outer/inner/memory.max")
    #expect(bytes() == 100)
    try write("100\n", "outer/inner/memory.max")
    #expect(bytes() == 0)
    try write("0::/elsewhere\n", "cgroup")
    #expect(bytes() == nil)
    try write("2500\n", "memory.max")
    try write("500\n", "memory.current")
    #expect(bytes() == 2000)
  }

  @Test("this machine has memory left")
  func machine() throws { #expect(try #require(MemoryBudget.availableBytes()) > 1 << 20) }
}
