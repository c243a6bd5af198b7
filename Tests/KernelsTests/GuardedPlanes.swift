// GuardedPlanes.swift - planes in memory that notices writes beside them.
import Kernels
import PluginAPI

/// `[c][h][w]` floats with free strides, at any alignment, between canaries; unwritten elements are canaries too.
final class GuardedPlanes {
  let c: Int
  let h: Int
  let w: Int
  private let rowStride: Int
  private let planeStride: Int
  private let lead: Int
  private let count: Int
  private let base: UnsafeMutablePointer<Float>

  /// A NaN that no kernel makes.
  private static let canary = Float(bitPattern: 0x7fc0_dead)

  /// `misaligned`: floats between a 64-byte boundary and the data. `gap`: unused floats at the end of each row.
  init(c: Int, h: Int, w: Int, misaligned: Int = 0, gap: Int = 0) {
    self.c = c
    self.h = h
    self.w = w
    rowStride = w + gap
    planeStride = h * rowStride + gap
    lead = 64 + misaligned
    count = lead + c * planeStride + 64
    let raw = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
    base = raw.bindMemory(to: Float.self, capacity: count)
    base.initialize(repeating: Self.canary, count: count)
  }

  deinit { base.deallocate() }

  /// The planes as kernels see them; the memory lives as long as `self`, so keep that alive around a call.
  var planes: sth_planes {
    sth_planes(
      data: base + lead, c_stride: Int64(planeStride), h_stride: Int64(rowStride), c: Int32(c), h: Int32(h),
      w: Int32(w),
      reserved: 0)
  }

  subscript(ci: Int, y: Int, x: Int) -> Float {
    get { base[lead + ci * planeStride + y * rowStride + x] }
    set { base[lead + ci * planeStride + y * rowStride + x] = newValue }
  }

  /// Fills every element, in order.
  func fill(_ next: () -> Float) {
    for ci in 0..<c { for y in 0..<h { for x in 0..<w { self[ci, y, x] = next() } } }
  }

  /// The elements, in order, without strides.
  var values: [Float] {
    var values: [Float] = []
    values.reserveCapacity(c * h * w)
    for ci in 0..<c { for y in 0..<h { for x in 0..<w { values.append(self[ci, y, x]) } } }
    return values
  }

  var bitPatterns: [UInt32] { values.map(\.bitPattern) }

  /// Whether nothing beside the elements was written.
  var guardsIntact: Bool {
    var inside = [Bool](repeating: false, count: count)
    for ci in 0..<c {
      for y in 0..<h { for x in 0..<w { inside[lead + ci * planeStride + y * rowStride + x] = true } }
    }
    return (0..<count).allSatisfy { inside[$0] || base[$0].bitPattern == Self.canary.bitPattern }
  }

  /// Whether every element was written.
  var fullyWritten: Bool { values.allSatisfy { $0.bitPattern != Self.canary.bitPattern } }
}
