// FrameCount.swift - a number of frames in words.

/// "1 frame", "250 frames".
public enum FrameCount {
  /// The number with its noun.
  public static func words(_ count: Int) -> String { count == 1 ? "1 frame" : "\(count) frames" }
}
