// What a caller may say about the input.

/// How to read the input. The defaults suit everything that describes itself.
public struct InputOptions: Sendable {
  /// libavformat's name of the container (`y4m` is understood too); nil recognises it.
  public var format: String?
  /// Size in pixels, for formats that do not say it (rawvideo).
  public var size: (width: Int, height: Int)?
  /// Frames per second, for rawvideo and picture sequences; nil is libavformat's 25.
  public var rate: Rational?
  /// libav's name of the pixel format, for rawvideo.
  public var pixelFormat: String?
  /// Seconds from the beginning of the input to the first frame wanted; exact to the frame.
  public var start: Double?
  /// Seconds of video wanted.
  public var duration: Double?
  /// Frames wanted.
  public var frameLimit: Int?
  /// Threads of the decoder; 0 is one per processor.
  public var threads = 0
  /// Options for the demuxer, in libav's words.
  public var options: [(key: String, value: String)] = []

  /// The defaults.
  public init() {}

  /// Reads `640x480`. Nil for anything else, and for sizes over 65535.
  public static func parseSize(_ text: String) -> (width: Int, height: Int)? {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }), let width = UInt16(parts[0]),
      let height = UInt16(parts[1]), width > 0, height > 0
    else {
      return nil
    }
    return (Int(width), Int(height))
  }
}

extension Character {
  /// 0...9 and no other digit, no sign.
  public var isASCIIDigit: Bool { isASCII && isNumber }
}
