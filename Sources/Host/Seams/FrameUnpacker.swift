// FrameUnpacker.swift - the seam on the way in: coded samples of a frame to R'G'B' float32.

import Kernels
import Video

/// Unpacks frames of any format. Formats the kernels do not read go through Video's converter first. One thread at a time.
final class FrameUnpacker {
  private let work: SeamWork
  private var converters: [PixelFormat: FrameConverter] = [:]
  private let separator = PackedPixels()

  init(_ services: ComputeServices) { work = SeamWork(services) }

  /// Fills `image`, which has the frame's size; black and white are the values the codes of black and white become.
  ///
  /// - Throws: `HostError` of kind input for a frame that cannot be read, plugin where memory is short.
  func unpack(_ frame: Frame, into image: ImageBuffer, black: Float, white: Float) throws(HostError) {
    let planar = try readable(frame)
    let layout = FrameLayout.make(
      planar.pixelFormat, color: planar.color, h: planar.height, w: planar.width, black: black, white: white)
    let planes = try FramePlanes.reading(planar)
    try work.run(.unpack, image, planes, layout)
    // The planes point into the frame.
    withExtendedLifetime(planar) {}
  }

  /// The frame itself, or the same picture in a format and row order that the kernels read.
  func readable(_ frame: Frame) throws(HostError) -> Frame {
    do {
      var frame = frame
      if let separated = try separator.separated(frame) { return separated }
      if !FrameLayout.isDirect(frame.pixelFormat) {
        let target = frame.pixelFormat.nearestPlanar
        let converter = converters[target] ?? FrameConverter(to: target)
        converters[target] = converter
        frame = try converter.convert(frame)
      }
      return try FramePlanes.hasNegativeStride(frame) ? try FramePlanes.copy(frame) : frame
    } catch let error as VideoError {
      throw HostError(error)
    } catch {
      throw HostError(.input, "cannot read a frame: \(error)")
    }
  }
}
