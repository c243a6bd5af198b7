// InstanceServicesTests.swift - the memory that a plugin may ask for.

import PluginAPI
import Testing

@testable import Host

@Suite("services of an instance")
struct InstanceServicesTests {
  @Test("memory that the run may not take is refused, a little is not, and what is held is counted")
  func memory() throws {
    let limit = MemoryLimit(bytes: MemoryLimit.heldBytes() + 4 << 30)
    let own = InstanceServices(
      try ComputeServices(threads: 1, log: HostLog(level: .error), memory: limit), plugin: "test")
    let host = own.host.pointee
    let (allocate, free) = (try #require(host.allocate), try #require(host.free))
    #expect(allocate(own.host, 1 << 40) == nil)
    let large = try #require(allocate(own.host, 8 << 20))
    #expect(own.heldBytes.load(ordering: .relaxed) == 8 << 20)
    limit.reserve(1 << 45)
    #expect(allocate(own.host, 8 << 20) == nil)
    let small = try #require(allocate(own.host, 4096))
    [large, small].forEach { free(own.host, $0) }
    #expect(own.heldBytes.load(ordering: .relaxed) == 0)
  }
}
