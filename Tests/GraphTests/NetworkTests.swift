// Whole networks: fused, unfused and oracle agree; threads change nothing; every level is near.
import PluginAPI
import Testing

@testable import Graph

@Suite("Networks")
struct NetworkTests {
  @Test("a Johnson net agrees with the oracle, fused and unfused, for any size", arguments: Engines.levels)
  func johnson(level: UInt32) throws {
    let twin = TwinNetwork(try Engines.make(level: level), seed: 7)
    try twin.johnson(width: 4, blocks: 2)
    for size in [(h: 16, w: 16), (h: 21, w: 30), (h: 9, w: 45)] { try twin.check([size], within: 2e-4) }
  }

  @Test("fusion leaves one pass per convolution, norm and sum of a Johnson net")
  func passes() throws {
    let twin = TwinNetwork(try Engines.make())
    try twin.johnson(width: 4, blocks: 5)
    let plan = try twin.graph.compile([sth_size(h: 64, w: 64)])
    func count(_ prefix: String) -> Int { plan.steps.count { $0.name.hasPrefix(prefix) } }
    #expect(count("conv2d") == 16)
    #expect(count("moments") == 0, "all statistics are gathered by convolutions")
    #expect(count("norm") == 15)
    #expect(count("apply") == 5, "the five sums")
    #expect(plan.steps.count == 16 + 15 + 5 + 1)
    let odd = try twin.graph.compile([sth_size(h: 63, w: 62)])
    #expect(odd.steps.count == plan.steps.count + 1, "one pad to a multiple of four, and nothing for the crop")
  }

  @Test("random tangles of operators agree with the oracle, fused and unfused", arguments: 0..<60)
  func tangle(seed: Int) throws {
    let twin = TwinNetwork(try Engines.make(), seed: UInt64(seed) + 100)
    try twin.tangle(operators: 14, channels: [4, 5, 18][seed % 3])
    try twin.check([(h: 7, w: 10)], within: 2e-3)
  }

  @Test("1, 2, 3 and 7 threads give the same bytes, run after run", arguments: Engines.levels)
  func threads(level: UInt32) throws {
    var first: [UInt32]?
    for threads in [1, 2, 3, 7] {
      let twin = TwinNetwork(try Engines.make(threads: threads, level: level), seed: 5)
      try twin.johnson(width: 8, blocks: 2)
      let input = twin.tensor(c: 3, h: 45, w: 70)
      for _ in 0..<2 {
        let bits = try twin.run([input])[0].bits
        #expect(bits == first ?? bits, "\(threads) threads")
        first = bits
      }
    }
  }

  @Test("the strides of the caller's images change nothing")
  func strides() throws {
    let twin = TwinNetwork(try Engines.make(), seed: 3)
    try twin.johnson(width: 4, blocks: 1)
    let input = twin.tensor(c: 3, h: 18, w: 25)
    let tensors = try [0, 3, 39].map { try twin.run([input], slack: $0)[0].tensor }
    #expect(tensors[0] == tensors[1] && tensors[0] == tensors[2])
  }
}
