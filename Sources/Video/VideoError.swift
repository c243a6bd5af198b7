// What can go wrong between bytes and frames, sorted by the side that the caller must blame.

/// An error of the Video room. Its description is one line that says what was being done, to what, why it failed and what helps.
public enum VideoError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The caller asked for something that makes no sense, such as an unknown pixel format or a missing size.
  case usage(String)
  /// The input cannot be opened or is not video.
  case input(String)
  /// The input is video, but too much of it is damaged.
  case damagedInput(String)
  /// The output cannot be opened or written.
  case output(String)
  /// Whoever read the output has closed it (EPIPE). Seldom worth more than one quiet line.
  case consumerClosed(String)
  /// Someone called `interrupt()`.
  case interrupted(String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .usage(let text), .input(let text), .damagedInput(let text), .output(let text), .consumerClosed(let text),
      .interrupted(let text):
      return text
    }
  }
}
