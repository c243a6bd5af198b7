// One frame's work, as process() gets it.
import PluginAPI

/// One frame's work. All of it is on loan until `process` returns: keep none of it.
public struct Frame {
  /// The host's services.
  public let host: PluginHost
  /// What is known about the frame.
  public let info: FrameInfo
  /// The values for this frame.
  public let parameters: Parameters
  /// What comes.
  public let input: Image
  /// What goes: write every pixel. Does not overlap `input`.
  public let output: MutableImage
}

/// What is known about the frame.
public struct FrameInfo: Sendable {
  let raw: sth_frame_info

  /// Counts the frames since `activate`, from 0.
  public var index: Int { Int(raw.index) }
  /// In units of `timeBase`; nil where unknown.
  public var presentationTime: Int64? { raw.pts == STH_TIME_UNKNOWN ? nil : raw.pts }
  /// In units of `timeBase`, 0 where unknown.
  public var duration: Int64 { raw.duration }
  /// Seconds per unit of time, as a fraction.
  public var timeBase: (numerator: Int, denominator: Int) { (Int(raw.time_base_num), Int(raw.time_base_den)) }
  /// Shape of a pixel, width : height; 0 : 1 where unknown.
  public var pixelShape: (width: Int, height: Int) { (Int(raw.sar_num), Int(raw.sar_den)) }
  /// The frame before it in the stream was not the one processed before it.
  public var isDiscontinuity: Bool { raw.flags & STH_FRAME_DISCONTINUITY != 0 }
  /// The first frame of a new shot.
  public var isSceneCut: Bool { raw.flags & STH_FRAME_SCENE_CUT != 0 }
  /// The decoder concealed damage.
  public var isCorrupt: Bool { raw.flags & STH_FRAME_CORRUPT != 0 }
  /// Code points of ITU-T H.273 (2 = unspecified) of the video the frame was decoded from.
  public var colour: (primaries: Int, transfer: Int, matrix: Int) {
    (Int(raw.colour_primaries), Int(raw.colour_transfer), Int(raw.colour_matrix))
  }
}
