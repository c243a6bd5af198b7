// Where video goes to.
import Glibc

/// Where to write: a path, or an open file descriptor.
public enum MediaTarget: Equatable, Sendable, CustomStringConvertible {
  /// A file, a URL, or a pattern of numbered pictures such as `frame%04d.png`.
  case path(String)
  /// An open descriptor; it stays open and stays the caller's.
  case descriptor(Int32)

  /// What a command line calls it: `-` is standard output, all else a path.
  public init(argument: String) { self = argument == "-" ? .descriptor(1) : .path(argument) }

  /// The name in messages.
  public var description: String {
    switch self {
    case .path(let path): return path
    case .descriptor(1): return "stdout"
    case .descriptor(let number): return "descriptor \(number)"
    }
  }

  /// Whether this is the very file that is being read, which writing would destroy. False for pipes and devices.
  public func isSameFile(as source: MediaSource) -> Bool {
    var mine = stat()
    var theirs = stat()
    let haveMine: Bool
    switch self {
    case .path(let path): haveMine = stat(path, &mine) == 0
    case .descriptor(let number): haveMine = fstat(number, &mine) == 0
    }
    let haveTheirs: Bool
    switch source {
    case .path(let path): haveTheirs = stat(path, &theirs) == 0
    case .descriptor(let number): haveTheirs = fstat(number, &theirs) == 0
    }
    guard haveMine, haveTheirs, mine.st_mode & S_IFMT == S_IFREG else { return false }
    return mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino
  }
}
