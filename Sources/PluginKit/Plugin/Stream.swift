// The stream as it will come, and the plugin's answer to it.
import PluginAPI

/// The stream as it will come.
public struct Stream: Sendable, Equatable {
  /// Pixels.
  public let height, width: Int
  /// Frames per second as a fraction, 0 / 1 where unknown or variable.
  public let frameRate: (numerator: Int, denominator: Int)

  init(_ stream: sth_stream) {
    height = Int(stream.h)
    width = Int(stream.w)
    frameRate = (Int(stream.frame_rate_num), Int(stream.frame_rate_den))
  }

  /// Equal size and equal frame rate.
  public static func == (a: Stream, b: Stream) -> Bool {
    a.height == b.height && a.width == b.width && a.frameRate == b.frameRate
  }
}

/// The values of black and white in an image.
public struct PixelRange: Sendable, Equatable {
  /// The value of black.
  public var black: Float
  /// The value of white.
  public var white: Float

  /// Any range with black != white.
  public init(black: Float, white: Float) {
    self.black = black
    self.white = white
  }

  /// Black 0, white 1.
  public static let unit = PixelRange(black: 0, white: 1)
  /// Black 0, white 255.
  public static let bytes = PixelRange(black: 0, white: 255)
  /// Black -1, white 1.
  public static let signed = PixelRange(black: -1, white: 1)
}

/// What a plugin takes and gives; the host converts, at no extra cost.
public struct Format: Sendable, Equatable {
  /// Pixels of the output, each >= 1.
  public var outputHeight, outputWidth: Int
  /// Values in input images.
  public var input: PixelRange
  /// Values in output images.
  public var output: PixelRange

  init(_ format: sth_format) {
    outputHeight = Int(format.out_h)
    outputWidth = Int(format.out_w)
    input = PixelRange(black: format.in_black, white: format.in_white)
    output = PixelRange(black: format.out_black, white: format.out_white)
  }

  /// Writes the answer into the host's struct; nil where a size does not fit its field.
  func write(to format: inout sth_format) -> Bool {
    guard let h = Int32(exactly: outputHeight), let w = Int32(exactly: outputWidth), h >= 1, w >= 1 else {
      return false
    }
    (format.out_h, format.out_w) = (h, w)
    (format.in_black, format.in_white) = (input.black, input.white)
    (format.out_black, format.out_white) = (output.black, output.white)
    return true
  }
}

/// Why a plugin is told to forget.
public enum ResetReason: Int32, Sendable {
  /// The stream goes on elsewhere.
  case seek = 1
  /// A new shot begins.
  case sceneCut = 2
  /// Frames are missing.
  case discontinuity = 3
  /// The person asked.
  case user = 4
}
