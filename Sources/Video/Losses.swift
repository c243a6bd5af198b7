// What a container or encoder cannot carry of a video, in sentences.

/// The losses of an output. Facts measured with FFmpeg 5.1 on both ends of a pipe.
enum Losses {
  /// One sentence for each property of `video` that an output of this container, encoder and pixel format does not keep.
  static func sentences(
    _ video: VideoProperties, container: String, codec: String, choice: PixelFormatChoice
  ) -> [String] {
    pixelSentences(video, container: container, codec: codec, choice: choice)
      + tagSentences(video, container: container, codec: codec)
      + timeSentences(video, container: container)
  }

  private static func pixelSentences(
    _ video: VideoProperties, container: String, codec: String, choice: PixelFormatChoice
  ) -> [String] {
    var lines: [String] = []
    let from = video.pixelFormat.layout
    let to = choice.format.layout
    let what = container == "y4m" ? "y4m" : codec
    if from.hasAlpha, !to.hasAlpha { lines.append("\(what) cannot carry transparency; it is dropped") }
    if codec != "gif", from.family != to.family, from.family == .rgb || to.family == .rgb {
      let way = to.family == .rgb ? "RGB" : "YUV"
      lines.append("\(what) cannot carry \(video.pixelFormat); pixels are converted to \(way) (\(choice.format))")
    }
    if codec == "gif" {
      lines.append("gif has 256 colours; pixels are dithered")
    } else if from.bitDepth > to.bitDepth, from.family != .other {
      lines.append("\(what) carries \(to.bitDepth) of the \(from.bitDepth) bits per sample (\(choice.format))")
    }
    let coarser = to.log2ChromaWidth > from.log2ChromaWidth || to.log2ChromaHeight > from.log2ChromaHeight
    if coarser, to.family == .yuv, from.family == .yuv {
      lines.append("\(what) halves the colour resolution (\(video.pixelFormat) becomes \(choice.format))")
    }
    if from.family == .yuv, to.family == .yuv, to.log2ChromaWidth < from.log2ChromaWidth, !video.hasEvenSize {
      lines.append(
        "\(what) cannot hold \(video.width)x\(video.height) in \(video.pixelFormat); \(choice.format) is used")
    }
    return lines
  }

  private static func tagSentences(_ video: VideoProperties, container: String, codec: String) -> [String] {
    let color = video.color
    let isRGB = video.pixelFormat.layout.family == .rgb
    var lost: [String] = []
    let losesTags = container == "y4m" || codec == "rawvideo" && container != "matroska"
    if losesTags {
      // BT.601 up to 576 rows and BT.709 above is what everybody assumes: a tag that says the same is no loss.
      if !isRGB, color.matrix != .unspecified,
        !color.matrix.isSame(as: .assumed(height: video.height))
      {
        lost.append("the colour matrix \(color.matrix)")
      }
      if color.primaries != .unspecified, color.primaries != .bt709 { lost.append("the primaries \(color.primaries)") }
      if color.transfer.isHDR { lost.append("the HDR transfer curve \(color.transfer)") }
    }
    if losesTags, container != "y4m", color.range == .full, !isRGB, video.pixelFormat.layout.family == .yuv {
      lost.append("the full range")
    }
    if video.isInterlaced, container == "nut" || container == "rawvideo" { lost.append("the interlace flag") }
    if container == "rawvideo" { lost.append("size, rate, pixel format and times (the reader must be told)") }
    guard !lost.isEmpty else { return [] }
    let advice = container == "matroska" ? "" : "; -f matroska keeps the most"
    return ["\(container) cannot say \(lost.joined(separator: ", "))\(advice)"]
  }

  /// The sentence on irregular times in a container with one rate for all frames.
  static func times(_ container: String) -> String {
    "\(container) has one frame rate for all frames: the varying times are lost; -f nut or -f matroska keeps them"
  }

  private static func timeSentences(_ video: VideoProperties, container: String) -> [String] {
    let hasOneRate = ["y4m", "rawvideo", "image2", "image2pipe", "avi"].contains(container)
    return video.isVariableRate && hasOneRate ? [times(container)] : []
  }
}
