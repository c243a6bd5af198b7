// What a reader knows about the video it reads.

/// The video as its frames come out of the reader: after rotation, with the tags of the first frame.
public struct VideoStreamInfo: Sendable {
  /// What a writer wants to know: size, format, times, aspect ratio, colour.
  public var properties: VideoProperties
  /// Seconds of video that will be read, as far as the container says; an estimate.
  public var duration: Double?
  /// Frames that will be read, as the container counts them or as duration and rate give them; an estimate.
  public var frameCount: Int?
  /// libav's name of the codec.
  public var codecName: String
  /// Short name of the container.
  public var containerName: String
  /// Whether the input is one still picture.
  public var isPicture: Bool

  /// Columns of pixels.
  public var width: Int { properties.width }
  /// Rows of pixels.
  public var height: Int { properties.height }
  /// The format of the first frame.
  public var pixelFormat: PixelFormat { properties.pixelFormat }
  /// The unit of all frames' times, in seconds.
  public var timeBase: Rational { properties.timeBase }
  /// Frames per second on average; nil when unknown.
  public var frameRate: Rational? { properties.frameRate }
  /// Width of a pixel over its height; 0/1 when unknown.
  public var sampleAspectRatio: Rational { properties.sampleAspectRatio }
  /// The colour tags of the first frame.
  public var color: ColorTags { properties.color }
  /// Whether the first frame is interlaced.
  public var isInterlaced: Bool { properties.isInterlaced }
  /// Whether the container's rates say that frames have different durations; a guess.
  public var isVariableRate: Bool { properties.isVariableRate }
}
