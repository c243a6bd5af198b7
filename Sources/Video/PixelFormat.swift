// A pixel format by the name everybody knows it by.
import CFFmpeg

/// One of libav's pixel formats, such as `yuv420p10le`.
public struct PixelFormat: Hashable, Sendable, CustomStringConvertible {
  let rawValue: Int32

  init(_ av: AVPixelFormat) { rawValue = av.rawValue }
  init(rawValue: Int32) { self.rawValue = rawValue }

  /// A pixel format by libav's name; `yuv420p10` stands for the native byte order.
  /// - Throws: `.usage` with the nearest names when there is none of this name.
  public init(named name: String) throws(VideoError) {
    let format = av_get_pix_fmt(name)
    let found = PixelFormat(format)
    guard format != AV_PIX_FMT_NONE, !found.isHardware else {
      let near = found.isHardware ? "" : "; did you mean \(PixelFormat.names(near: name).joined(separator: ", "))?"
      throw .usage("no pixel format is called '\(name)'\(near)")
    }
    self = found
  }

  /// libav's name.
  public var name: String { av_get_pix_fmt_name(av).map { String(cString: $0) } ?? "none" }

  /// libav's name.
  public var description: String { name }

  /// How the samples lie in memory.
  public var layout: PixelLayout {
    guard let descriptor = av_pix_fmt_desc_get(av)?.pointee else {
      return PixelLayout(
        family: .other, bitDepth: 8, bytesPerSample: 1, log2ChromaWidth: 0, log2ChromaHeight: 0, hasAlpha: false,
        isPlanar: false, isFloat: false, planeCount: 1)
    }
    let hasAlpha = descriptor.has(AV_PIX_FMT_FLAG_ALPHA)
    let depth = Int(descriptor.comp.0.depth)
    let planes = max(1, Int(av_pix_fmt_count_planes(av)))
    let isPalette = descriptor.has(AV_PIX_FMT_FLAG_PAL)
    return PixelLayout(
      family: family(descriptor), bitDepth: depth,
      bytesPerSample: depth <= 8 && !isWidePacked(descriptor) ? 1 : depth <= 16 ? 2 : 4,
      log2ChromaWidth: Int(descriptor.log2_chroma_w), log2ChromaHeight: Int(descriptor.log2_chroma_h),
      hasAlpha: hasAlpha, isPlanar: !isPalette && planes == Int(descriptor.nb_components),
      isFloat: descriptor.has(AV_PIX_FMT_FLAG_FLOAT), planeCount: isPalette ? 1 : planes)
  }

  var av: AVPixelFormat { AVPixelFormat(rawValue: rawValue) }

  /// Whether pixels of this format live on a device and cannot be touched.
  var isHardware: Bool { av_pix_fmt_desc_get(av)?.pointee.has(AV_PIX_FMT_FLAG_HWACCEL) ?? false }

  private func family(_ descriptor: AVPixFmtDescriptor) -> PixelLayout.Family {
    if descriptor.has(AV_PIX_FMT_FLAG_BAYER) || name.hasPrefix("xyz") { return .other }
    if descriptor.has(AV_PIX_FMT_FLAG_RGB) || descriptor.has(AV_PIX_FMT_FLAG_PAL) { return .rgb }
    return descriptor.nb_components <= 2 ? .gray : .yuv
  }

  /// rgb565 and its like: components of few bits that share two bytes.
  private func isWidePacked(_ descriptor: AVPixFmtDescriptor) -> Bool {
    descriptor.nb_components >= 3 && descriptor.comp.0.plane == descriptor.comp.1.plane && descriptor.comp.0.depth < 8
      && descriptor.comp.0.step == 2
  }

  /// The five names most like a misspelt one.
  private static func names(near wanted: String) -> [String] {
    var names: [String] = []
    var descriptor = av_pix_fmt_desc_next(nil)
    while let current = descriptor {
      if !current.pointee.has(AV_PIX_FMT_FLAG_HWACCEL), let name = current.pointee.name {
        names.append(String(cString: name))
      }
      descriptor = av_pix_fmt_desc_next(current)
    }
    return Spelling.nearest(to: wanted, among: names, count: 5)
  }
}

extension AVPixFmtDescriptor {
  func has(_ flag: Int32) -> Bool { flags & UInt64(flag) != 0 }
}
