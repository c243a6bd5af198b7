// ImageBuffer.swift - the memory of one planar float picture, laid out as the contract promises.

import Foundation
import Kernels
import PluginAPI

/// [c][h][w] float32; every row starts on 64 bytes, 64 readable bytes follow the last row of each plane. One owner at a time.
final class ImageBuffer: @unchecked Sendable {
  // @unchecked: handed from thread to thread, used by one at a time.

  /// The picture as plugins see it; points into memory of this object.
  let image: UnsafeMutablePointer<sth_image>
  private let memory: UnsafeMutableRawPointer
  /// Bytes of the whole memory.
  let byteCount: Int

  var h: Int { Int(image.pointee.h) }
  var w: Int { Int(image.pointee.w) }
  var c: Int { Int(image.pointee.c) }

  /// A black (all zero) picture.
  ///
  /// - Throws: `HostError` of kind plugin where there is no memory for it.
  init(c: Int = 3, h: Int, w: Int) throws(HostError) {
    let (row, overflow1) = ((w &* 4 &+ 63) & ~63, w > 1 << 30)
    let (plane, overflow2) = row.multipliedReportingOverflow(by: h)
    let (total, overflow3) = (plane &+ 64).multipliedReportingOverflow(by: c)
    var block: UnsafeMutableRawPointer?
    guard !overflow1, !overflow2, !overflow3, total > 0, posix_memalign(&block, 64, total) == 0, let block else {
      throw HostError(.plugin, "there is not enough memory for a picture of \(w)x\(h)")
    }
    memset(block, 0, total)
    memory = block
    byteCount = total
    image = UnsafeMutablePointer<sth_image>.allocate(capacity: 1)
    image.initialize(
      to: sth_image(
        struct_size: UInt32(MemoryLayout<sth_image>.size), c: Int32(c), h: Int32(h), w: Int32(w),
        c_stride_bytes: Int64(plane + 64), h_stride_bytes: Int64(row), data: block.assumingMemoryBound(to: Float.self)))
  }

  deinit {
    image.deallocate()
    free(memory)
  }

  /// The same picture as kernels see it.
  var planes: sth_planes {
    sth_planes(
      data: image.pointee.data, c_stride: image.pointee.c_stride_bytes / 4, h_stride: image.pointee.h_stride_bytes / 4,
      c: image.pointee.c, h: image.pointee.h, w: image.pointee.w, reserved: 0)
  }

  /// One row of one plane.
  func row(c: Int, y: Int) -> UnsafeMutableBufferPointer<Float> {
    let offset = Int(image.pointee.c_stride_bytes) * c + Int(image.pointee.h_stride_bytes) * y
    return UnsafeMutableBufferPointer(start: (memory + offset).assumingMemoryBound(to: Float.self), count: w)
  }

  /// All bytes, padding included.
  var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: memory, count: byteCount) }
}
