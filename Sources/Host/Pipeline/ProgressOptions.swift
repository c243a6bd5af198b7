// ProgressOptions.swift - where and how progress is shown.

/// How a run tells how far it is.
public struct ProgressOptions: Sendable {
  /// What kind of words.
  public enum Style: Sendable {
    /// None.
    case silent
    /// One line at the bottom of a terminal.
    case live
    /// A line of its own every few seconds.
    case lines
  }

  /// On stderr.
  public var style = Style.silent
  /// A file or pipe that gets ffmpeg's key=value blocks; nil for none.
  public var file: String?

  /// Silent.
  public init() {}
}
