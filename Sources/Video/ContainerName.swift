// Container names as people say them, and as libavformat does.

/// The names that differ between people and libavformat.
enum ContainerName {
  /// libavformat's name for a container: y4m -> yuv4mpegpipe, mkv -> matroska, ts -> mpegts; all else as it is.
  static func libav(_ name: String) -> String {
    switch name.lowercased() {
    case "y4m": return "yuv4mpegpipe"
    case "mkv": return "matroska"
    case "ts": return "mpegts"
    case "raw", "yuv": return "rawvideo"
    default: return name
    }
  }

  /// The short name to show.
  static func shown(_ name: String) -> String {
    switch name {
    case "yuv4mpegpipe": return "y4m"
    default: return name.split(separator: ",").first.map(String.init) ?? name
    }
  }
}
