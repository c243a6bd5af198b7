// The planar integer formats, and which of them holds any other format without loss.
import CFFmpeg

extension PixelFormat {
  /// Bit depths that planar formats come in.
  private static let depths = [8, 9, 10, 12, 14, 16]

  /// The planar little-endian integer format of these properties, or nil where libav has none (4:1:1 exists at 8 bit only, for
  /// example). `bitDepth` must be one of 8, 9, 10, 12, 14, 16; gray has no alpha; RGB has no subsampling.
  public static func planar(
    _ family: PixelLayout.Family, bitDepth: Int, log2ChromaWidth: Int = 0, log2ChromaHeight: Int = 0,
    alpha: Bool = false
  ) -> PixelFormat? {
    guard depths.contains(bitDepth) else { return nil }
    let suffix = bitDepth == 8 ? "" : "\(bitDepth)le"
    let name: String
    switch family {
    case .gray:
      if alpha { return nil }
      name = "gray\(suffix)"
    case .rgb:
      name = (alpha ? "gbrap" : "gbrp") + suffix
    case .yuv:
      let ratios = ["1,1": "420", "1,0": "422", "0,0": "444", "0,1": "440", "2,0": "411", "2,2": "410"]
      guard let ratio = ratios["\(log2ChromaWidth),\(log2ChromaHeight)"] else { return nil }
      name = (alpha ? "yuva" : "yuv") + "\(ratio)p" + suffix
    case .other:
      return nil
    }
    let found = av_get_pix_fmt(name)
    return found == AV_PIX_FMT_NONE ? nil : PixelFormat(found)
  }

  /// The planar little-endian integer format that holds every pixel of this one without loss (floats and deeper integers: 16 bit):
  /// nv12 -> yuv420p, p010le -> yuv420p10le, rgb24 -> gbrp, pal8 and ya8 -> gbrap, yuvj420p -> yuv420p. Itself when it is one.
  public var nearestPlanar: PixelFormat {
    let layout = layout
    let depth = layout.isFloat ? 16 : PixelFormat.depths.first { $0 >= componentDepth } ?? 16
    let deeper = PixelFormat.depths.filter { $0 >= depth }
    func first(_ family: PixelLayout.Family, _ x: Int = 0, _ y: Int = 0, alpha: Bool) -> PixelFormat? {
      for depth in deeper {
        let format = PixelFormat.planar(
          family, bitDepth: depth, log2ChromaWidth: x, log2ChromaHeight: y, alpha: alpha)
        if let format { return format }
      }
      return nil
    }
    let found: PixelFormat?
    switch layout.family {
    case .yuv:
      found =
        first(.yuv, layout.log2ChromaWidth, layout.log2ChromaHeight, alpha: layout.hasAlpha)
        ?? first(.yuv, alpha: layout.hasAlpha)
    case .gray where !layout.hasAlpha:
      found = first(.gray, alpha: false)
    case .gray, .rgb:
      found = first(.rgb, alpha: layout.hasAlpha)
    case .other:
      found = first(.rgb, alpha: false)
    }
    return found ?? PixelFormat(AV_PIX_FMT_GBRP16LE)
  }

  /// Whether this is one of the planar formats that `nearestPlanar` leads to.
  public var isNativePlanar: Bool { self == nearestPlanar }

  /// yuvj420p -> yuv420p and so on: the old formats that carried "full range" in their name. Others: itself.
  var withoutRange: PixelFormat {
    switch av {
    case AV_PIX_FMT_YUVJ420P: return PixelFormat(AV_PIX_FMT_YUV420P)
    case AV_PIX_FMT_YUVJ422P: return PixelFormat(AV_PIX_FMT_YUV422P)
    case AV_PIX_FMT_YUVJ444P: return PixelFormat(AV_PIX_FMT_YUV444P)
    case AV_PIX_FMT_YUVJ440P: return PixelFormat(AV_PIX_FMT_YUV440P)
    case AV_PIX_FMT_YUVJ411P: return PixelFormat(AV_PIX_FMT_YUV411P)
    default: return self
    }
  }

  /// yuv420p -> yuvj420p and so on, for encoders that still ask for the old names. Nil where there is no such name.
  var withFullRangeName: PixelFormat? {
    switch av {
    case AV_PIX_FMT_YUV420P: return PixelFormat(AV_PIX_FMT_YUVJ420P)
    case AV_PIX_FMT_YUV422P: return PixelFormat(AV_PIX_FMT_YUVJ422P)
    case AV_PIX_FMT_YUV444P: return PixelFormat(AV_PIX_FMT_YUVJ444P)
    case AV_PIX_FMT_YUV440P: return PixelFormat(AV_PIX_FMT_YUVJ440P)
    case AV_PIX_FMT_YUV411P: return PixelFormat(AV_PIX_FMT_YUVJ411P)
    default: return nil
    }
  }

  /// The deepest component: rgb565 has 6 bits of green. A palette's entries have 8 bits.
  private var componentDepth: Int {
    guard let descriptor = av_pix_fmt_desc_get(av)?.pointee else { return 8 }
    let depths = [descriptor.comp.0.depth, descriptor.comp.1.depth, descriptor.comp.2.depth, descriptor.comp.3.depth]
    return Int(depths.prefix(Int(descriptor.nb_components)).max() ?? 8)
  }
}
