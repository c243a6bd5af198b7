// ImageBuffer.swift - the memory of one planar float picture, laid out as the contract promises.

import Foundation
import Graph
import Kernels
import PluginAPI

/// [c][h][w] float32; every row starts on 64 bytes, 64 readable bytes follow the last row of each plane. One owner at a time.
final class ImageBuffer: @unchecked Sendable {
  // @unchecked: handed from thread to thread, used by one at a time.

  /// The picture as plugins see it; points into memory of this object.
  let image: UnsafeMutablePointer<sth_image>
  private let memory: UnsafeMutableRawPointer
  private let file: ScratchFile?
  /// Bytes of the whole memory.
  let byteCount: Int

  var h: Int { Int(image.pointee.h) }
  var w: Int { Int(image.pointee.w) }
  var c: Int { Int(image.pointee.c) }

  /// A black (all zero) picture.
  ///
  /// - Parameter scratch: where its memory is to be a file; nil for ordinary memory.
  /// - Throws: `HostError` of kind plugin where there is no memory for it.
  init(c: Int = 3, h: Int, w: Int, scratch: ScratchSpace? = nil) throws(HostError) {
    guard let total = ImageBuffer.bytes(c: c, h: h, w: w) else {
      throw HostError(.plugin, "there is not enough memory for a picture of \(w)x\(h)")
    }
    let row = (w * 4 + 63) & ~63
    let plane = row * h
    if let scratch {
      let file = try ImageBuffer.file(in: scratch, bytes: total)
      (self.file, memory) = (file, file.base)
    } else {
      var block: UnsafeMutableRawPointer?
      guard posix_memalign(&block, 64, total) == 0, let block else {
        throw HostError(.plugin, "there is not enough memory for a picture of \(w)x\(h)")
      }
      memset(block, 0, total)
      (file, memory) = (nil, block)
    }
    byteCount = total
    image = UnsafeMutablePointer<sth_image>.allocate(capacity: 1)
    image.initialize(
      to: sth_image(
        struct_size: UInt32(MemoryLayout<sth_image>.size), c: Int32(c), h: Int32(h), w: Int32(w),
        c_stride_bytes: Int64(plane + 64), h_stride_bytes: Int64(row), data: memory.assumingMemoryBound(to: Float.self))
    )
  }

  private static func file(in scratch: ScratchSpace, bytes: Int) throws(HostError) -> ScratchFile {
    do {
      return try scratch.file(bytes: bytes)
    } catch {
      throw HostError(error)
    }
  }

  /// Bytes that a picture takes; nil for more than can be counted, and for none.
  static func bytes(c: Int, h: Int, w: Int) -> Int? {
    let (row, overflow1) = ((w &* 4 &+ 63) & ~63, w > 1 << 30)
    let (plane, overflow2) = row.multipliedReportingOverflow(by: h)
    let (total, overflow3) = (plane &+ 64).multipliedReportingOverflow(by: c)
    return overflow1 || overflow2 || overflow3 || total <= 0 ? nil : total
  }

  deinit {
    image.deallocate()
    if file == nil { free(memory) }
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

  /// Whether its memory is a file, whose pages may be let go of.
  var isScratch: Bool { file != nil }

  /// Lets go of the pages of a picture in a file; they come back when touched.
  func releasePages() {
    if file != nil { ScratchSpace.release(memory, bytes: byteCount) }
  }

  /// All bytes, padding included.
  var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: memory, count: byteCount) }
}
