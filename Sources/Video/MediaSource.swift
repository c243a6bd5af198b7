// Where video comes from.

/// Where to read: whatever libavformat opens, or an open file descriptor.
public enum MediaSource: Equatable, Sendable, CustomStringConvertible {
  /// A file, a URL, or a pattern of numbered pictures such as `frame%04d.png`.
  case path(String)
  /// An open descriptor, read until its end; it stays open and stays the caller's.
  case descriptor(Int32)

  /// What a command line calls it: `-` is standard input, all else a path.
  public init(argument: String) { self = argument == "-" ? .descriptor(0) : .path(argument) }

  /// The name in messages.
  public var description: String {
    switch self {
    case .path(let path): return path
    case .descriptor(0): return "stdin"
    case .descriptor(let number): return "descriptor \(number)"
    }
  }
}
