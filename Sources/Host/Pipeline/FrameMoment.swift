// FrameMoment.swift - what is known of a frame beside its pixels.

import PluginAPI
import Video

/// Where a frame stands in the run and what plugins are told about it. Made on the decode thread, in order; travels with the frame.
struct FrameMoment: Sendable {
  /// What plugins are told; its `index` counts frames since the stream last changed its size.
  var info: sth_frame_info
  /// Frames of the run before this one, whatever their size.
  let number: Int
  /// Presentation time from the first frame on; counted from the frame rate where the stream does not say it.
  let seconds: Double
  /// What luma is made of in the frame's matrix.
  var luma = LumaWeights()
  /// Which of a timeline's styles it shows; the first where nobody says otherwise.
  var showing = Showing(0)
  /// The pictures of mask files that are due, one for each style; may be empty where no style has one.
  var masks: [MaskPicture?] = []

  /// A moment by its parts.
  init(info: sth_frame_info, number: Int, seconds: Double) {
    self.info = info
    self.number = number
    self.seconds = seconds
  }

  /// The moment of a frame.
  ///
  /// - Parameter index: its place in the stream since that last changed its size.
  init(of frame: Frame, index: Int, number: Int, seconds: Double) {
    let tags = frame.color.resolved(for: frame.pixelFormat, height: frame.height)
    var info = sth_frame_info()
    info.struct_size = UInt32(MemoryLayout<sth_frame_info>.size)
    info.index = Int64(index)
    info.flags = frame.isDamaged ? STH_FRAME_CORRUPT : 0
    info.pts = frame.presentationTime ?? STH_TIME_UNKNOWN
    info.duration = frame.duration
    info.time_base_num = frame.timeBase.numerator
    info.time_base_den = frame.timeBase.denominator
    info.sar_num = frame.sampleAspectRatio.numerator
    info.sar_den = max(1, frame.sampleAspectRatio.denominator)
    info.colour_primaries = frame.color.primaries.rawValue
    info.colour_transfer = frame.color.transfer.rawValue
    info.colour_matrix = frame.color.matrix.rawValue
    info.full_range = tags.range == .full ? 1 : 0
    self.init(info: info, number: number, seconds: seconds)
    luma = LumaWeights(of: frame)
  }
}
