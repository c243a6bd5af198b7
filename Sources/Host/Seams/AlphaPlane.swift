// AlphaPlane.swift - alpha never goes through a style: it is copied from the input frame to the output frame.

import Foundation
import Video

enum AlphaPlane {
  /// Fills the alpha plane of `target` from `source` (nearest sample where sizes differ, codes scaled where depths differ), or
  /// opaque where the source has none. Does nothing where the target has no alpha. Both are native planar.
  static func carry(from source: Frame, to target: Frame) throws {
    let (from, to) = (source.pixelFormat.layout, target.pixelFormat.layout)
    guard to.hasAlpha else { return }
    let top = UInt32(1) << UInt32(to.bitDepth) - 1
    try target.withMutablePlane(target.planeCount - 1) { out in
      guard from.hasAlpha else {
        for y in 0..<out.height { fill(out.base + y * out.strideBytes, out.width, out.bytesPerSample, top) }
        return
      }
      try source.withPlane(source.planeCount - 1) { alpha in
        let same = alpha.width == out.width && alpha.height == out.height && from.bitDepth == to.bitDepth
        for y in 0..<out.height {
          let row = out.base + y * out.strideBytes
          let line = alpha.base + (y * alpha.height / out.height) * alpha.strideBytes
          if same {
            memcpy(row, line, out.width * out.bytesPerSample)
          } else {
            let scale = (from: UInt32(1) << UInt32(from.bitDepth) - 1, to: top)
            for x in 0..<out.width {
              let code = sample(line, x * alpha.width / out.width, alpha.bytesPerSample)
              store((code * scale.to + scale.from / 2) / scale.from, row, x, out.bytesPerSample)
            }
          }
        }
      }
    }
  }

  private static func fill(_ row: UnsafeMutableRawPointer, _ count: Int, _ bytes: Int, _ code: UInt32) {
    if bytes == 1 {
      memset(row, Int32(code), count)
    } else {
      for x in 0..<count { store(code, row, x, bytes) }
    }
  }

  private static func sample(_ row: UnsafeRawPointer, _ x: Int, _ bytes: Int) -> UInt32 {
    bytes == 1
      ? UInt32(row.load(fromByteOffset: x, as: UInt8.self)) : UInt32(row.load(fromByteOffset: 2 * x, as: UInt16.self))
  }

  private static func store(_ code: UInt32, _ row: UnsafeMutableRawPointer, _ x: Int, _ bytes: Int) {
    if bytes == 1 {
      row.storeBytes(of: UInt8(truncatingIfNeeded: code), toByteOffset: x, as: UInt8.self)
    } else {
      row.storeBytes(of: UInt16(truncatingIfNeeded: code), toByteOffset: 2 * x, as: UInt16.self)
    }
  }
}
