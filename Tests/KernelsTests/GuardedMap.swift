// GuardedMap.swift - a feature map in memory that notices writes beside it.
import Kernels
import PluginAPI

/// A map of any format between canaries; unwritten elements, the lanes beyond `c` too, are canaries.
final class GuardedMap {
  let c: Int
  let h: Int
  let w: Int
  let format: MapFormat
  private let rowStride: Int
  private let outerStride: Int
  private let lead: Int
  private let count: Int
  private let base: UnsafeMutableRawPointer

  /// NaNs that no kernel makes.
  private static let canary: UInt32 = 0x7fc0_dead
  private static let shortCanary: UInt16 = 0x7fde

  /// `gap`: unused pixels at the end of each row, and of each plane or block.
  init(c: Int, h: Int, w: Int, format: MapFormat, gap: Int = 0) {
    self.c = c
    self.h = h
    self.w = w
    self.format = format
    let pixel = format == .planar ? 1 : 16
    rowStride = (w + gap) * pixel
    outerStride = h * rowStride + gap * pixel
    lead = 64 + (format == .planar ? gap : 0)  // planar maps need no alignment
    count = lead + (format == .planar ? c : (c + 15) / 16) * outerStride + 64
    base = .allocate(byteCount: count * (format.isBf16 ? 2 : 4), alignment: 64)
    if format.isBf16 {
      base.initializeMemory(as: UInt16.self, repeating: Self.shortCanary, count: count)
    } else {
      base.initializeMemory(as: UInt32.self, repeating: Self.canary, count: count)
    }
  }

  deinit { base.deallocate() }

  /// The map as kernels see it; the memory lives as long as `self`, so keep that alive around a call.
  var map: sth_map {
    sth_map(
      data: base + lead * (format.isBf16 ? 2 : 4), c_stride: Int64(outerStride), h_stride: Int64(rowStride),
      c: Int32(c), h: Int32(h), w: Int32(w), format: format.rawValue)
  }

  private func place(_ ci: Int, _ y: Int, _ x: Int) -> Int {
    if format == .planar { return lead + ci * outerStride + y * rowStride + x }
    return lead + ci / 16 * outerStride + y * rowStride + x * 16 + ci % 16
  }

  /// An element as it lies in memory; of bfloat16 the upper half of a word.
  private func bits(_ place: Int) -> UInt32 {
    format.isBf16
      ? UInt32(base.load(fromByteOffset: place * 2, as: UInt16.self)) << 16
      : base.load(fromByteOffset: place * 4, as: UInt32.self)
  }

  private var canaryBits: UInt32 { format.isBf16 ? UInt32(Self.shortCanary) << 16 : Self.canary }

  /// Lanes from 0 on, those beyond `c` of a blocked map too.
  subscript(ci: Int, y: Int, x: Int) -> Float {
    get { Float(bitPattern: bits(place(ci, y, x))) }
    set {
      let at = place(ci, y, x)
      if format.isBf16 {
        let short = UInt16(newValue.roundedToBf16.bitPattern >> 16)
        base.storeBytes(of: short, toByteOffset: at * 2, as: UInt16.self)
      } else {
        base.storeBytes(of: newValue.bitPattern, toByteOffset: at * 4, as: UInt32.self)
      }
    }
  }

  /// Channels that lie in memory: whole blocks where blocked.
  private var lanes: Int { format == .planar ? c : (c + 15) / 16 * 16 }

  /// Fills every element, in order, and zeros the lanes beyond `c`.
  func fill(_ next: () -> Float) {
    for ci in 0..<lanes { for y in 0..<h { for x in 0..<w { self[ci, y, x] = ci < c ? next() : 0 } } }
  }

  /// The elements, in order, without strides.
  var values: [Float] {
    var values: [Float] = []
    values.reserveCapacity(c * h * w)
    for ci in 0..<c { for y in 0..<h { for x in 0..<w { values.append(self[ci, y, x]) } } }
    return values
  }

  var bitPatterns: [UInt32] { values.map(\.bitPattern) }

  /// What is wrong with the memory after a kernel has written the whole map, in words; nil if nothing is.
  var complaint: String? { complaint(numbersAreFinite: true) }

  /// - Parameter numbersAreFinite: else lanes beyond `c` need not be zero.
  func complaint(numbersAreFinite: Bool) -> String? {
    var inside = [Bool](repeating: false, count: count)
    for ci in 0..<lanes {
      for y in 0..<h {
        for x in 0..<w {
          let at = place(ci, y, x)
          inside[at] = true
          if ci < c && bits(at) == canaryBits { return "did not write channel \(ci), row \(y), column \(x)" }
          if ci >= c && numbersAreFinite && Float(bitPattern: bits(at)) != 0 {
            return "lane \(ci) of \(c) channels is not zero"
          }
        }
      }
    }
    let intact = (0..<count).allSatisfy { inside[$0] || bits($0) == canaryBits }
    return intact ? nil : "wrote beside the map"
  }
}
