// What reader and writer tell each other about a video.
import CFFmpeg

/// The properties of a video that a container must be told.
public struct VideoProperties: Equatable, Sendable {
  /// Columns of pixels.
  public var width: Int
  /// Rows of pixels.
  public var height: Int
  /// The format frames have; a writer takes the nearest its encoder can do.
  public var pixelFormat: PixelFormat
  /// The unit of all frames' times, in seconds.
  public var timeBase: Rational
  /// Frames per second on average; nil when unknown.
  public var frameRate: Rational?
  /// Width of a pixel over its height; 0/1 when unknown.
  public var sampleAspectRatio = Rational(0, 1)
  /// What the numbers of the pixels mean.
  public var color = ColorTags.unspecified
  /// Whether frames are interlaced.
  public var isInterlaced = false
  /// Whether the top field comes first; of interest when interlaced.
  public var isTopFieldFirst = false
  /// Whether frames have different durations, as far as one can know beforehand.
  public var isVariableRate = false

  /// A progressive video with square or unknown pixels; the rest can be set afterwards.
  public init(width: Int, height: Int, pixelFormat: PixelFormat, timeBase: Rational, frameRate: Rational?) {
    self.width = width
    self.height = height
    self.pixelFormat = pixelFormat
    self.timeBase = timeBase
    self.frameRate = frameRate
  }

  /// Memory that a frame takes.
  public var frameBytes: Int {
    let bytes = Int(av_image_get_buffer_size(pixelFormat.av, Int32(clamping: width), Int32(clamping: height), 64))
    return max(bytes, width * height)
  }

  /// Whether both sides are even, as 4:2:0 asks for in some codecs.
  var hasEvenSize: Bool { width.isMultiple(of: 2) && height.isMultiple(of: 2) }
}
