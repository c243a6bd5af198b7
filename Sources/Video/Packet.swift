// A piece of coded data on its way from one container to the next, untouched.
import CFFmpeg

/// A packet of a stream that is copied: audio, subtitles. One owner at a time, as for `Frame`.
public final class Packet: @unchecked Sendable {
  // SAFETY: allocated in init, freed in deinit, never nil between.
  let av: UnsafeMutablePointer<AVPacket>

  /// The unit of its times, in seconds.
  public internal(set) var timeBase = Rational(0, 1)

  init() throws(VideoError) {
    guard let packet = av_packet_alloc() else { throw .input("cannot allocate a packet: out of memory") }
    av = packet
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = av
    av_packet_free(&packet)
  }

  /// The stream of the input it belongs to; see `CopiedStream.index`.
  public var streamIndex: Int { Int(av.pointee.stream_index) }

  /// When it is to be presented, in units of `timeBase`; nil when unknown.
  public var presentationTime: Int64? { av.pointee.pts == cff_no_pts() ? nil : av.pointee.pts }

  /// When it is to be presented, in seconds; nil when unknown.
  public var seconds: Double? { presentationTime.map(timeBase.seconds) }

  /// Its length in bytes.
  public var size: Int { Int(av.pointee.size) }
}
