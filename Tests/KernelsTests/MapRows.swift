// MapRows.swift - runs kernels whose units are rows, and compares what they write with exact numbers.
import Kernels
import Testing

extension GuardedMap {
  /// A new map that a kernel has written: whole, and once more row by row from the last to the first, with the same bytes.
  static func written(
    c: Int, h: Int, w: Int, format: MapFormat, _ name: String,
    by kernel: (_ dst: UnsafePointer<sth_map>, _ begin: Int32, _ end: Int32) -> Void
  ) -> GuardedMap {
    let (whole, parts) = (
      GuardedMap(c: c, h: h, w: w, format: format, gap: 2), GuardedMap(c: c, h: h, w: w, format: format, gap: 2)
    )
    var (dst, again) = (whole.map, parts.map)
    withExtendedLifetime((whole, parts)) {
      kernel(&dst, 0, Int32(h))
      for row in (0..<Int32(h)).reversed() { kernel(&again, row, row + 1) }
    }
    if let complaint = whole.complaint { Issue.record("\(name): \(complaint)") }
    if let complaint = parts.complaint { Issue.record("\(name), in parts: \(complaint)") }
    if whole.bitPatterns != parts.bitPatterns { Issue.record("\(name): the bytes depend on the parts") }
    return whole
  }

  /// Records the first element that is further from [c][h][w] exact ones than `bound` and a rounding to the map's format.
  func expect(_ exact: [Double], within bound: Double, _ name: String) {
    expect(exact, within: Array(repeating: bound, count: exact.count), name)
  }

  /// The same, each element with a bound of its own.
  func expect(_ exact: [Double], within bounds: [Double], _ name: String) {
    let rounding = format.isBf16 ? 0x1.01p-8 : 0
    for (index, value) in values.enumerated() {
      let right = abs(Double(value) - exact[index]) <= bounds[index] + rounding * abs(exact[index])
      guard !right && Double(value) != exact[index] else { continue }
      let (channel, y, x) = (index / (h * w), index / w % h, index % w)
      Issue.record("\(name): \(value) at channel \(channel), row \(y), column \(x), not \(exact[index])")
      return
    }
  }
}
