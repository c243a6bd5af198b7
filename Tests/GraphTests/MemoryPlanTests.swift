// The arena: nothing lies where something else is still needed, and kernels find the strides they count on.
import Kernels
import PluginAPI
import Testing

@testable import Graph

@Suite("Memory plan")
struct MemoryPlanTests {
  private struct Planned {
    let lowering: Lowering
    let memory: MemoryPlan

    init(_ twin: TwinNetwork, h: Int, w: Int, precision: ComputePrecision) throws {
      let (lowering, needs) = try twin.lowered(h: h, w: w, precision: precision)
      self.lowering = lowering
      memory = MemoryPlan(lowering, needs: needs)
    }

    func range(_ buffer: Int) -> Range<Int>? {
      guard case .arena(let offset) = memory.places[buffer] else { return nil }
      return offset..<offset + memory.bytes(of: buffer, in: lowering)
    }
  }

  @Test("what a pass writes lies on nothing that it or a later pass still reads", arguments: 0..<30)
  func overlap(seed: Int) throws {
    let twin = TwinNetwork(try Engines.make(), seed: UInt64(seed))
    try twin.tangle(operators: 20, channels: [3, 18][seed % 2])
    let plan = try Planned(twin, h: 9, w: 12, precision: seed % 3 == 0 ? .bf16 : .f32)
    let passes = plan.lowering.passes
    let reads = passes.map { pass in
      pass.reads(writing: plan.lowering.buffers[pass.destination].shape).map(\.buffer)
    }
    var written: Set<Int> = []
    for (time, pass) in passes.enumerated() {
      for buffer in reads[time] {
        #expect(plan.range(buffer) == nil || written.contains(buffer), "pass \(time) reads what nobody has written")
      }
      for target in pass.targets {
        guard let range = plan.range(target) else { continue }
        #expect(range.upperBound <= plan.memory.bytes && range.lowerBound % MemoryPlan.alignment == 0)
        let needed = written.union(pass.targets).subtracting([target]).filter { buffer in
          pass.targets.contains(buffer) || reads[time...].contains { $0.contains(buffer) }
        }
        for buffer in needed {
          guard let other = plan.range(buffer), other.overlaps(range) else { continue }
          let isTakenOver = pass.replaceable.contains(buffer) && other == range
          let isReadLater = reads[(time + 1)...].contains { $0.contains(buffer) }
          #expect(isTakenOver && !isReadLater, "pass \(time), \(pass.name), writes on buffer \(buffer)")
        }
      }
      written.formUnion(pass.targets)
    }
  }

  @Test("rows and blocks are on boundaries, as long as they must be, and never a multiple of 4096 bytes apart")
  func strides() {
    for format in [STH_MAP_PLANAR_F32, STH_MAP_BLOCKED_F32, STH_MAP_BLOCKED_BF16] {
      for (h, w) in [(1, 1), (7, 15), (64, 64), (128, 128), (1024, 16), (33, 4096)] {
        let buffer = Lowering.Buffer(content: .map(format: format), shape: ValueShape(c: 17, h: h, w: w))
        let strides = MemoryPlan.strides(buffer)
        let lanes = buffer.isBlocked ? 16 : 1
        #expect(strides.h >= w * lanes && strides.c >= h * strides.h)
        #expect(strides.c * buffer.elementBytes % 4096 != 0 && strides.c % 16 == 0)
        if buffer.isBlocked { #expect(strides.h * buffer.elementBytes % 4096 != 0 && strides.h % 16 == 0) }
      }
    }
  }
}
