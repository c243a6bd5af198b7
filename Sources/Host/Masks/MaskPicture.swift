// MaskPicture.swift - one picture of a mask as it was decoded, for all lanes to read.

import Video

/// A decoded frame, and which of its codes are weights.
final class MaskPicture: RowSource, @unchecked Sendable {
  // @unchecked: the frame is only read.
  private let frame: Frame
  private let planes: [(index: Int, share: Float)]
  private let black: Float
  private let scale: Float

  var h: Int { frame.height }
  var w: Int { frame.width }

  /// - Parameters:
  ///   - frame: native planar.
  ///   - usesAlpha: weights are its alpha, where it has one, and not its luma.
  init(_ frame: Frame, usesAlpha: Bool) {
    let layout = frame.pixelFormat.layout
    let top = Float(UInt32(1) << UInt32(layout.bitDepth) - 1)
    self.frame = frame
    if usesAlpha, layout.hasAlpha {
      planes = [(frame.planeCount - 1, 1)]
      (black, scale) = (0, 1 / top)
    } else if layout.family == .rgb {
      let luma = LumaWeights(of: frame)
      planes = [(0, luma.green), (1, luma.blue), (2, luma.red)]
      (black, scale) = (0, 1 / top)
    } else {
      planes = [(0, 1)]
      let isLimited = frame.color.resolved(for: frame.pixelFormat, height: frame.height).range == .limited
      let step = Float(UInt32(1) << UInt32(layout.bitDepth - 8))
      (black, scale) = isLimited ? (16 * step, 1 / (219 * step)) : (0, 1 / top)
    }
  }

  /// Whether a native planar frame has alpha that is not opaque everywhere.
  static func isTransparent(_ frame: Frame) throws -> Bool {
    let layout = frame.pixelFormat.layout
    guard layout.hasAlpha else { return false }
    let top = UInt32(1) << UInt32(layout.bitDepth) - 1
    return try frame.withPlane(frame.planeCount - 1) { plane in
      (0..<plane.height).contains { y in (0..<plane.width).contains { x in code(plane, x, y) != top } }
    }
  }

  var picture: ImageBuffer? { nil }

  /// The weights of a row, made in `space`: at the mask's own size there never is a whole picture of them.
  func blocks(c: Int, y: Int, space: UnsafeMutableBufferPointer<Block>) -> UnsafeMutableBufferPointer<Block> {
    // SAFETY: `space` holds a row of `w` values, and nobody else is in it.
    let values = UnsafeMutableRawPointer(space.baseAddress)?.assumingMemoryBound(to: Float.self)
    let row = UnsafeMutableBufferPointer(start: values, count: w)
    // Only planes that do not exist cannot be read, and those are not asked for.
    do { try read(y, into: row) } catch { row.update(repeating: 0) }
    return space
  }

  /// Puts the weights of a row, 0...1, into `row`, which is as long.
  private func read(_ y: Int, into row: UnsafeMutableBufferPointer<Float>) throws {
    row.update(repeating: 0)
    for (index, share) in planes {
      try frame.withPlane(index) { plane in
        for x in row.indices { row[x] += share * Float(MaskPicture.code(plane, x, y)) }
      }
    }
    // Shares of colours add up to 1 but for rounding.
    for x in row.indices {
      let weight = (row[x] - black) * scale
      row[x] = weight > 0.99999 ? 1 : max(0, weight)
    }
  }

  @inline(__always)
  private static func code(_ plane: Plane, _ x: Int, _ y: Int) -> UInt32 {
    let row = plane.base + y * plane.strideBytes
    return plane.bytesPerSample == 1
      ? UInt32(row.load(fromByteOffset: x, as: UInt8.self)) : UInt32(row.load(fromByteOffset: 2 * x, as: UInt16.self))
  }
}
