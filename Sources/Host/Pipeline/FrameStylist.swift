// FrameStylist.swift - one frame in, one stylised frame out: unpack -> chain -> pack.

import PluginAPI
import Video

/// The middle of the pipeline. One thread at a time.
final class FrameStylist: @unchecked Sendable {
  // @unchecked: used by one stylize thread alone once the pipeline runs.
  private let chain: StyleChain
  private let unpacker: FrameUnpacker
  private let packer: FramePacker
  private let times: StageTimes
  private let frameRate: Rational?
  private let size: (h: Int, w: Int)
  private let log: HostLog
  private var scaler: FrameConverter?

  /// - Parameter output: its size is kept when the input changes; the rest is what the encoder takes.
  init(
    _ chain: StyleChain, _ services: ComputeServices, output: StyleLanes.Output, frameRate: Rational?,
    times: StageTimes
  ) {
    self.chain = chain
    self.times = times
    self.frameRate = frameRate
    self.size = output.size
    self.log = services.log
    unpacker = FrameUnpacker(services)
    packer = FramePacker(services, pixelFormat: output.pixelFormat, color: output.color)
  }

  /// Stylises one frame.
  ///
  /// - Parameter index: its place in the stream since that last changed its size.
  /// - Throws: `HostError`.
  func stylize(_ frame: Frame, index: Int) throws(HostError) -> Frame {
    let rate = frameRate.map { ($0.numerator, $0.denominator) } ?? (0, 1)
    let made = try chain.prepare(h: frame.height, w: frame.width, frameRate: (num: rate.0, den: rate.1))
    guard let input = chain.input else {
      throw HostError(.plugin, "the styles were not made ready: please report this")
    }
    let clock = ContinuousClock()
    let start = clock.now
    let source = try unpacker.readable(frame)
    let range = chain.inputRange
    try unpacker.unpack(source, into: input, black: range.black, white: range.white)
    let unpacked = clock.now
    let output = try chain.process(FrameStylist.info(of: frame, index: index))
    let stylised = clock.now
    let outputRange = chain.outputRange
    let packed = try packer.pack(output, black: outputRange.black, white: outputRange.white, source: source)
    let result = made == size ? packed : try scaled(packed, from: frame)
    times.add(.unpack, unpacked - start)
    times.add(.stylize, stylised - unpacked)
    times.add(.pack, clock.now - stylised)
    return result
  }

  /// The size changed in the middle of the stream: the output keeps the size it began with.
  private func scaled(_ frame: Frame, from source: Frame) throws(HostError) -> Frame {
    log.once(
      .warning,
      "the input changes its size to \(source.width)x\(source.height): the output stays \(size.w)x\(size.h), scaled")
    let converter = scaler ?? FrameConverter(to: packer.pixelFormat, size: (size.w, size.h))
    scaler = converter
    do {
      return try converter.convert(frame)
    } catch {
      throw HostError(error)
    }
  }

  /// What a plugin is told about a frame.
  static func info(of frame: Frame, index: Int) -> sth_frame_info {
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
    return info
  }
}
