// One picture, one file.

extension MediaWriter {
  /// Writes one frame as a picture; the extension chooses the format: .png, .jpg, .webp, .tiff, ...
  /// - Throws: as `MediaWriter.init` and `write`.
  public static func writePicture(_ frame: Frame, to path: String, overwrite: Bool = false) throws(VideoError) {
    var options = OutputOptions()
    options.overwrite = overwrite
    var video = VideoProperties(
      width: frame.width, height: frame.height, pixelFormat: frame.pixelFormat, timeBase: Rational(1, 25),
      frameRate: Rational(25, 1))
    video.sampleAspectRatio = frame.sampleAspectRatio
    video.color = frame.color
    let writer = try MediaWriter(.path(path), options: options, video: video)
    try writer.write(frame)
    try writer.finish()
  }
}
