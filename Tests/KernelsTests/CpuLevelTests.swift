// CpuLevelTests.swift - the choice of instruction sets.
import Kernels
import PluginAPI
import Testing

@Suite struct CpuLevelTests {
  @Test("each level is found by the name that its table carries", arguments: KernelLevel.all)
  func namesRoundTrip(level: KernelLevel) {
    #expect(sth_cpu_level_named(level.table.cpu_name) == Int32(level.level))
    #expect(level.table.cpu_level == level.level)
  }

  @Test("a name that is no level is -1", arguments: ["", "AVX2", "avx", "sse", "avx512 "])
  func unknownNames(name: String) { #expect(sth_cpu_level_named(name) == -1) }

  @Test("a table says its size and has no empty slot", arguments: KernelLevel.all)
  func everySlotIsFilled(level: KernelLevel) {
    let table = level.table
    #expect(Int(table.struct_size) == MemoryLayout<sth_kernels>.size)
    withUnsafeBytes(of: table) { bytes in
      let words = bytes.bindMemory(to: UInt.self)
      // The two 32-bit members in front share the first word; the rest is a name and the slots.
      for index in 1..<words.count { #expect(words[index] != 0, "slot \(index - 2) is empty") }
    }
  }
}
