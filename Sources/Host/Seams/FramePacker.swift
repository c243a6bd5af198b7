// FramePacker.swift - the seam on the way out: R'G'B' float32 to the coded samples of a new frame.

import Kernels
import Video

/// Packs pictures into frames of one format and size, from a pool. One thread at a time.
final class FramePacker {
  /// The planar format frames are built in.
  let pixelFormat: PixelFormat
  /// The tags frames are built with; unspecified parts come from the source frame.
  let color: ColorTags
  private let work: SeamWork
  private var pool: FramePool?

  /// - Parameters:
  ///   - pixelFormat: what the encoder takes; frames are built in the nearest planar format.
  ///   - color: what the encoder expects.
  init(_ services: ComputeServices, pixelFormat: PixelFormat, color: ColorTags) {
    self.pixelFormat = pixelFormat.nearestPlanar
    self.color = color
    work = SeamWork(services)
  }

  /// A frame with the picture's pixels and the source frame's times, aspect ratio, flags and alpha.
  ///
  /// - Parameter source: the frame the picture was made from, native planar.
  /// - Throws: `HostError` of kind output.
  func pack(_ image: ImageBuffer, black: Float, white: Float, source: Frame) throws(HostError) -> Frame {
    do {
      let pool = try self.pool(h: image.h, w: image.w)
      let frame = try pool.next()
      frame.copyProperties(from: source)
      frame.color = tags(for: source)
      let layout = FrameLayout.make(pixelFormat, color: frame.color, h: image.h, w: image.w, black: black, white: white)
      try work.run(.pack, image, FramePlanes.writing(frame), layout)
      try AlphaPlane.carry(from: source, to: frame)
      return frame
    } catch let error as HostError {
      throw error
    } catch let error as VideoError {
      throw HostError(error)
    } catch {
      throw HostError(.output, "cannot build an output frame: \(error)")
    }
  }

  /// The encoder's tags, the source's where the encoder leaves them open. A matrix of the other family makes no sense here.
  private func tags(for source: Frame) -> ColorTags {
    var tags = color
    let isRGB = pixelFormat.layout.family == .rgb
    let sourceIsRGB = source.pixelFormat.layout.family == .rgb
    if tags.primaries == .unspecified { tags.primaries = source.color.primaries }
    if tags.transfer == .unspecified { tags.transfer = source.color.transfer }
    if isRGB == sourceIsRGB {
      if tags.matrix == .unspecified { tags.matrix = source.color.matrix }
      if tags.range == .unspecified { tags.range = source.color.range }
      if tags.chromaLocation == .unspecified { tags.chromaLocation = source.color.chromaLocation }
    }
    return tags
  }

  private func pool(h: Int, w: Int) throws -> FramePool {
    if let pool, pool.width == w, pool.height == h { return pool }
    let fresh = try FramePool(width: w, height: h, pixelFormat: pixelFormat)
    pool = fresh
    return fresh
  }
}
