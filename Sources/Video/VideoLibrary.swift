// What concerns the foreign library as a whole: its voice and its versions.
import CFFmpeg

/// The libav libraries behind this room.
public enum VideoLibrary {
  /// Lets libav's own log through to stderr (`true`) or silences it (`false`, the state at start).
  public static func setVerbose(_ on: Bool) { LibavLog.setVerbose(on) }

  /// The versions of the libraries in use, such as `libavformat 59.27.100, libavcodec 59.37.100, libswscale 6.7.100`.
  public static var versions: String {
    func text(_ version: UInt32) -> String { "\(version >> 16).\(version >> 8 & 255).\(version & 255)" }
    return "libavformat \(text(avformat_version())), libavcodec \(text(avcodec_version())), "
      + "libswscale \(text(swscale_version()))"
  }
}
