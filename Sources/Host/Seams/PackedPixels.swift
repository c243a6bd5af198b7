// PackedPixels.swift - pixels of four bytes, alpha among them, taken apart into planes: libswscale rounds their alpha.

import Video

/// Makes planar frames of RGBA, BGRA, ARGB and ABGR, every code as it was. One thread at a time.
final class PackedPixels {
  private var pool: FramePool?

  /// Which byte of a pixel each plane is made of: green, blue, red, alpha.
  private static let places = [
    "rgba": [1, 2, 0, 3], "bgra": [1, 0, 2, 3], "argb": [2, 3, 1, 0], "abgr": [2, 1, 3, 0],
  ]

  /// The same picture as gbrap; nil for a frame of any other format.
  func separated(_ frame: Frame) throws -> Frame? {
    guard let places = PackedPixels.places[frame.pixelFormat.name] else { return nil }
    let result = try pool(for: frame).next()
    result.copyProperties(from: frame)
    try frame.withPlane(0) { pixels in
      for (index, place) in places.enumerated() {
        try result.withMutablePlane(index) { plane in
          for y in 0..<plane.height {
            let (from, to) = (pixels.base + y * pixels.strideBytes + place, plane.base + y * plane.strideBytes)
            for x in 0..<plane.width {
              to.storeBytes(of: from.load(fromByteOffset: 4 * x, as: UInt8.self), toByteOffset: x, as: UInt8.self)
            }
          }
        }
      }
    }
    return result
  }

  private func pool(for frame: Frame) throws -> FramePool {
    if let pool, pool.width == frame.width, pool.height == frame.height { return pool }
    let fresh = try FramePool(
      width: frame.width, height: frame.height, pixelFormat: frame.pixelFormat.nearestPlanar)
    pool = fresh
    return fresh
  }
}
