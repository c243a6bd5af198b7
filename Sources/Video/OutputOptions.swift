// What a caller may say about the output.

/// How to write the output. The defaults choose by the target's name.
public struct OutputOptions: Sendable {
  /// libavformat's name of the container (`y4m` is understood too); nil goes by the path's extension, and is y4m for a descriptor.
  public var format: String?
  /// libavcodec's name of the encoder; nil takes what `CodecChoice` documents for the container.
  public var codec: String?
  /// Constant quality, in the encoder's own scale.
  public var crf: Double?
  /// Speed preset, in the encoder's own words.
  public var preset: String?
  /// Pixel format to encode, by libav's name; nil takes the nearest to the frames' that the encoder can do.
  public var pixelFormat: String?
  /// Options for the encoder and the muxer, in libav's words. A key that neither knows is an error.
  public var options: [(key: String, value: String)] = []
  /// Whether an existing file may be replaced.
  public var overwrite = false
  /// Threads of the encoder; 0 is what the encoder thinks best.
  public var threads = 0

  /// The defaults.
  public init() {}
}
