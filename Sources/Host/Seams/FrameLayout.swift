// FrameLayout.swift - what a frame's format and tags mean to the unpack and pack kernels.

import Kernels
import Video

enum FrameLayout {
  /// The kernels' layout of a native planar frame.
  ///
  /// Unsaid matrix and range: BT.601 up to 576 rows, BT.709 above; limited for YUV, full for grey and RGB. Unsaid chroma
  /// location: for 4:2:0 left (MPEG-2) where the range is limited and centre (JPEG) where it is full; for 4:2:2 left.
  /// Matrices that are not made of luma weights (YCgCo, ICtCp) are taken as BT.709.
  static func make(
    _ format: PixelFormat, color: ColorTags, h: Int, w: Int, black: Float, white: Float
  ) -> sth_frame_layout {
    let layout = format.layout
    let tags = color.resolved(for: format, height: h)
    let weights = tags.matrix.lumaCoefficients ?? ColorMatrix.bt709.lumaCoefficients ?? (0.2126, 0.7152, 0.0722)
    var result = sth_frame_layout()
    switch layout.family {
    case .yuv: result.family = STH_FRAME_YUV
    case .rgb: result.family = STH_FRAME_RGB
    case .gray, .other: result.family = STH_FRAME_GRAY
    }
    result.depth = Int32(layout.bitDepth)
    result.full_range = tags.range == .full ? 1 : 0
    result.h = Int32(h)
    result.w = Int32(w)
    result.chroma_log2_h = Int32(layout.log2ChromaHeight)
    result.chroma_log2_w = Int32(layout.log2ChromaWidth)
    (result.chroma_cosited_h, result.chroma_cosited_w) = siting(tags, layout)
    result.kr = weights.red
    result.kb = weights.blue
    result.black = black
    result.white = white
    return result
  }

  /// Whether chroma samples lie on the first row and column of their cells, 1, or in the middle, 0.
  static func siting(_ tags: ColorTags, _ layout: PixelLayout) -> (h: Int32, w: Int32) {
    switch tags.chromaLocation {
    case .left: return (0, 1)
    case .topLeft, .bottomLeft: return (1, 1)
    case .center: return (0, 0)
    case .top, .bottom: return (1, 0)
    default:
      let isJPEG = layout.log2ChromaHeight > 0 && tags.range == .full
      return (0, isJPEG ? 0 : 1)
    }
  }

  /// What the output of a style should have where the input has `format`: the same, so that raw video keeps its layout; but
  /// nothing that could not hold new colours (palettes, fewer than 8 bits).
  static func outputFormat(for format: PixelFormat) -> PixelFormat {
    let layout = format.layout
    let isPoor = layout.family == .other || layout.bitDepth < 8 || format.name == "pal8"
    return isPoor ? format.nearestPlanar : format
  }

  /// Whether the kernels can read and write a format directly.
  static func isDirect(_ format: PixelFormat) -> Bool {
    let layout = format.layout
    return format.isNativePlanar && (8...16).contains(layout.bitDepth) && layout.family != .other
  }
}
