// A stream of the input that goes to the output bit for bit.

/// What is known of a stream that is copied.
public struct CopiedStream: Equatable, Sendable {
  /// What kind of stream it is.
  public enum Kind: String, Sendable {
    /// Sound.
    case audio
    /// Subtitles, as text or pictures.
    case subtitle
    /// A file carried along, such as a font.
    case attachment
  }

  /// Its number in the input.
  public var index: Int
  /// What kind of stream it is.
  public var kind: Kind
  /// libav's name of the codec.
  public var codecName: String
  /// Three letters of ISO 639-2, when the input says them.
  public var language: String?
}
