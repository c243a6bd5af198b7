// Turns frames upright, sample by sample, without loss.
import CFFmpeg

/// Applies an `Orientation` to frames. Keeps its pools, so that a steady stream allocates no pixel memory.
final class FrameTurner {
  private var pool: FramePool?
  private var converter: FrameConverter?

  /// The frame, turned: size, aspect ratio and chroma siting follow. Pixels are moved, never computed - except in the few formats that
  /// have no turned twin (packed 4:2:2, 4:1:1), which go through the nearest planar one.
  func turn(_ frame: Frame, _ orientation: Orientation) throws(VideoError) -> Frame {
    guard orientation != .upright else { return frame }
    let source = try turnable(frame, orientation)
    let layout = source.pixelFormat.layout
    let format =
      orientation.transposes ? FrameTurner.transposed(source.pixelFormat) ?? source.pixelFormat : source.pixelFormat
    let width = orientation.transposes ? source.height : source.width
    let height = orientation.transposes ? source.width : source.height
    if pool?.width != width || pool?.height != height || pool?.pixelFormat != format {
      pool = try FramePool(width: width, height: height, pixelFormat: format)
    }
    guard let result = try pool?.next() else { return frame }
    result.copyProperties(from: source)
    let aspect = source.sampleAspectRatio
    if orientation.transposes, aspect.numerator > 0 { result.sampleAspectRatio = aspect.inverse }
    result.color.chromaLocation = orientation.apply(to: source.color.chromaLocation)
    for index in 0..<layout.planeCount { try FrameTurner.turnPlane(index, source, result, orientation) }
    FrameTurner.copyPalette(source, result)
    return result
  }

  /// The frame in a format whose samples can be moved one by one into a format that exists.
  private func turnable(_ frame: Frame, _ orientation: Orientation) throws(VideoError) -> Frame {
    let format = frame.pixelFormat
    var target = format
    if FrameTurner.bytesPerPixel(format) == nil { target = format.nearestPlanar }
    if orientation.transposes, FrameTurner.transposed(target) == nil {
      let layout = target.layout
      target =
        PixelFormat.planar(.yuv, bitDepth: layout.bitDepth, alpha: layout.hasAlpha)
        ?? PixelFormat(AV_PIX_FMT_YUV444P16LE)
    }
    guard target != format else { return frame }
    if converter?.pixelFormat != target { converter = FrameConverter(to: target) }
    return try converter?.convert(frame) ?? frame
  }

  /// The format of the transposed picture: 4:2:2 becomes 4:4:0. Nil where libav has none.
  private static func transposed(_ format: PixelFormat) -> PixelFormat? {
    let layout = format.layout
    if layout.log2ChromaWidth == layout.log2ChromaHeight { return format }
    guard format.isNativePlanar else { return nil }
    return PixelFormat.planar(
      .yuv, bitDepth: layout.bitDepth, log2ChromaWidth: layout.log2ChromaHeight,
      log2ChromaHeight: layout.log2ChromaWidth,
      alpha: layout.hasAlpha)
  }

  /// Bytes that move together, for each plane; nil for formats whose pixels share bytes.
  private static func bytesPerPixel(_ format: PixelFormat) -> [Int]? {
    guard let descriptor = av_pix_fmt_desc_get(format.av)?.pointee, !descriptor.has(AV_PIX_FMT_FLAG_BITSTREAM),
      !descriptor.has(AV_PIX_FMT_FLAG_BAYER)
    else { return nil }
    let layout = format.layout
    var bytes = [Int](repeating: 0, count: layout.planeCount)
    let components = [descriptor.comp.0, descriptor.comp.1, descriptor.comp.2, descriptor.comp.3]
    for component in components.prefix(Int(descriptor.nb_components)) where component.plane < layout.planeCount {
      bytes[Int(component.plane)] = max(bytes[Int(component.plane)], Int(component.step))
    }
    // In packed 4:2:2 luma steps by 2 bytes and chroma by 4: pixels share their chroma and cannot move alone.
    let sharesChroma = layout.planeCount == 1 && layout.log2ChromaWidth > 0
    return sharesChroma || bytes.contains(0) ? nil : bytes
  }

  private static func turnPlane(
    _ index: Int, _ source: Frame, _ target: Frame, _ orientation: Orientation
  ) throws(VideoError) {
    guard let unit = bytesPerPixel(source.pixelFormat)?[index] else { return }
    do {
      try source.withPlane(index) { from in
        try target.withMutablePlane(index) { to in
          let rows = to.height
          let columns = to.width * to.bytesPerSample / unit
          // The step in the source for one step to the right, and for one step down, in the target.
          let right = (orientation.transposes ? from.strideBytes : unit) * (orientation.flipsX ? -1 : 1)
          let down = (orientation.transposes ? unit : from.strideBytes) * (orientation.flipsY ? -1 : 1)
          let first =
            from.base - (orientation.flipsX ? right * (columns - 1) : 0) - (orientation.flipsY ? down * (rows - 1) : 0)
          switch unit {
          case 1: move(UInt8.self, first, right, down, to, rows, columns)
          case 2: move(UInt16.self, first, right, down, to, rows, columns)
          case 4: move(UInt32.self, first, right, down, to, rows, columns)
          case 8: move(UInt64.self, first, right, down, to, rows, columns)
          default: moveBytes(unit, first, right, down, to, rows, columns)
          }
        }
      }
    } catch let error as VideoError {
      throw error
    } catch {
      throw .input("cannot turn a frame: \(error)")
    }
  }

  /// Moves pixels of one machine word each, in tiles of 32 columns: a transposition that walks whole rows misses the cache at each step.
  private static func move<Word: FixedWidthInteger>(
    _ type: Word.Type, _ first: UnsafeRawPointer, _ right: Int, _ down: Int, _ to: MutablePlane, _ rows: Int,
    _ columns: Int
  ) {
    for left in stride(from: 0, to: columns, by: 32) {
      let end = min(left + 32, columns)
      for row in 0..<rows {
        // SAFETY: row and column stay inside both planes; their sizes are each other's transpose.
        let line = to.base + row * to.strideBytes
        var pixel = first + row * down + left * right
        for column in left..<end {
          line.storeBytes(
            of: pixel.loadUnaligned(as: Word.self), toByteOffset: column * MemoryLayout<Word>.size, as: Word.self)
          pixel += right
        }
      }
    }
  }

  /// The same for pixels of 3 or 6 bytes.
  private static func moveBytes(
    _ unit: Int, _ first: UnsafeRawPointer, _ right: Int, _ down: Int, _ to: MutablePlane, _ rows: Int, _ columns: Int
  ) {
    for row in 0..<rows {
      // SAFETY: as in `move`.
      let line = to.base + row * to.strideBytes
      var pixel = first + row * down
      for column in 0..<columns {
        (line + column * unit).copyMemory(from: pixel, byteCount: unit)
        pixel += right
      }
    }
  }

  private static func copyPalette(_ source: Frame, _ target: Frame) {
    guard source.pixelFormat.av == AV_PIX_FMT_PAL8 else { return }
    // SAFETY: libav keeps 256 palette entries of 4 bytes in plane 1 of this format.
    source.withData { from in
      target.withData { to in
        guard let palette = from[1], let room = to[1] else { return }
        room.update(from: palette, count: 1024)
      }
    }
  }
}
