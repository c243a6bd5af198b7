// MapLevels.swift - the tables of map kernels that the tests walk, and the formats a map can have.
import Kernels
import PluginAPI

extension KernelLevel {
  /// The kernels of a compiled graph at this level.
  var maps: sth_map_kernels {
    var table = sth_map_kernels()
    sth_map_kernels_fill(&table, level)
    return table
  }
}

/// How the elements of a map lie in memory.
enum MapFormat: UInt32, CaseIterable, Sendable {
  case planar, blocked, blockedBf16

  /// Those that a map of `c` channels can have.
  static func all(_ c: Int) -> [MapFormat] {
    c <= Int(STH_MAP_PLANAR_CHANNELS) ? [.planar] : [.blocked, .blockedBf16]
  }

  /// Those it has at a border of a graph too: pictures may come blocked, maps never leave planar.
  static func possible(_ c: Int) -> [MapFormat] {
    c <= Int(STH_MAP_PLANAR_CHANNELS) ? allCases : [.blocked, .blockedBf16]
  }

  /// The one it has in a graph with gradients.
  static func learnt(_ c: Int) -> MapFormat { c <= Int(STH_MAP_PLANAR_CHANNELS) ? .planar : .blocked }

  var isBf16: Bool { self == .blockedBf16 }
}

extension Float {
  /// The nearest bfloat16, of two equally near ones the one with an even last bit; found by comparing, not by adding.
  var roundedToBf16: Float {
    guard isFinite else { return self }
    let below = Float(bitPattern: bitPattern & 0xffff_0000)  // towards zero
    let above = Float(bitPattern: (bitPattern & 0xffff_0000) &+ 0x1_0000)
    let toBelow = abs(Double(self) - Double(below))
    // Beyond the largest finite number the next step counts as if there were one.
    let toAbove = above.isFinite ? abs(Double(above) - Double(self)) : 0x1p120 - toBelow
    if toBelow != toAbove { return toBelow < toAbove ? below : above }
    return below.bitPattern & 0x1_0000 == 0 ? below : above
  }
}
