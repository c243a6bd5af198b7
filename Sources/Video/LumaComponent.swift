// Where in a frame's memory its brightness lies.
import CFFmpeg

/// The component that stands for luma: Y, gray, or green, which carries most of the luma of RGB.
struct LumaComponent {
  /// The plane it lies in.
  let plane: Int
  /// Bytes of a sample, 1 or 2.
  let bytes: Int
  /// The first sample in a row of the plane, and from one to the next, in samples of `bytes`.
  let (first, step): (Int, Int)
  /// Makes a sample 0...255 of it.
  let scale: Float

  /// Nil for formats whose samples do not lie in one or two whole bytes of their own, little-endian: palettes, floats, rgb565.
  init?(_ format: PixelFormat) {
    guard let descriptor = av_pix_fmt_desc_get(format.av)?.pointee else { return nil }
    let odd = AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER
    let isGreen = format.layout.family == .rgb
    let component = isGreen ? descriptor.comp.1 : descriptor.comp.0
    let (depth, shift) = (Int(component.depth), Int(component.shift))
    guard descriptor.flags & UInt64(odd) == 0, (8...16).contains(depth) else { return nil }
    bytes = depth + shift > 8 ? 2 : 1
    let (offset, pitch) = (Int(component.offset), Int(component.step))
    guard bytes == 1 || !descriptor.has(AV_PIX_FMT_FLAG_BE), depth + shift <= 16, bytes == format.layout.bytesPerSample,
      offset % bytes == 0, pitch % bytes == 0, pitch > 0
    else { return nil }
    plane = Int(component.plane)
    (first, step) = (offset / bytes, pitch / bytes)
    scale = 255 / Float(((1 << depth) - 1) << shift)
  }
}
