// FramePlanes.swift - the planes of a frame as the kernels want them, and copies of single planes.

import Foundation
import Kernels
import Video

enum FramePlanes {
  /// Colour planes for reading. Valid while the frame lives.
  static func reading(_ frame: Frame) throws(HostError) -> sth_frame_planes {
    var planes = sth_frame_planes()
    for index in 0..<colourPlanes(frame.pixelFormat) {
      try attempt {
        try frame.withPlane(index) {
          set(&planes, index, UnsafeMutableRawPointer(mutating: $0.base), $0.strideBytes)
        }
      }
    }
    return planes
  }

  /// Colour planes for writing. Valid while the frame lives.
  static func writing(_ frame: Frame) throws(HostError) -> sth_frame_planes {
    var planes = sth_frame_planes()
    for index in 0..<colourPlanes(frame.pixelFormat) {
      try attempt { try frame.withMutablePlane(index) { set(&planes, index, $0.base, $0.strideBytes) } }
    }
    return planes
  }

  /// Planes without alpha.
  static func colourPlanes(_ format: PixelFormat) -> Int {
    let layout = format.layout
    return min(3, layout.planeCount - (layout.hasAlpha ? 1 : 0))
  }

  static func hasNegativeStride(_ frame: Frame) throws -> Bool {
    for index in 0..<frame.planeCount {
      if try frame.withPlane(index, { $0.strideBytes < 0 }) { return true }
    }
    return false
  }

  /// The same picture in fresh memory with rows from top to bottom.
  static func copy(_ frame: Frame) throws -> Frame {
    let result = try FramePool(width: frame.width, height: frame.height, pixelFormat: frame.pixelFormat).next()
    result.copyProperties(from: frame)
    for index in 0..<frame.planeCount {
      try frame.withPlane(index) { source in
        try result.withMutablePlane(index) { target in
          for y in 0..<source.height {
            memcpy(
              target.base + y * target.strideBytes, source.base + y * source.strideBytes,
              source.width * source.bytesPerSample)
          }
        }
      }
    }
    return result
  }

  private static func set(
    _ planes: inout sth_frame_planes, _ index: Int, _ base: UnsafeMutableRawPointer, _ stride: Int
  ) {
    switch index {
    case 0: (planes.data.0, planes.h_stride_bytes.0) = (base, Int64(stride))
    case 1: (planes.data.1, planes.h_stride_bytes.1) = (base, Int64(stride))
    default: (planes.data.2, planes.h_stride_bytes.2) = (base, Int64(stride))
    }
  }

  private static func attempt(_ body: () throws -> Void) throws(HostError) {
    do {
      try body()
    } catch let error as VideoError {
      throw HostError(error)
    } catch {
      throw HostError(.input, "cannot reach the pixels of a frame: \(error)")
    }
  }
}
