// FrameStylist.swift - one frame in, one stylised frame out: unpack -> chain -> pack.

import Video

/// The middle of the pipeline. One thread at a time.
final class FrameStylist: @unchecked Sendable {
  // @unchecked: used by one stylize thread alone once the pipeline runs.
  private let chain: StyleChain
  private let unpacker: FrameUnpacker
  private let packer: FramePacker
  private let outside: OutsideCopy
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
    outside = OutsideCopy(services)
    packer = FramePacker(services, pixelFormat: output.pixelFormat, color: output.color)
  }

  /// Stylises one frame.
  ///
  /// - Throws: `HostError`.
  func stylize(_ frame: Frame, at moment: FrameMoment) throws(HostError) -> Frame {
    let rate = frameRate.map { ($0.numerator, $0.denominator) } ?? (0, 1)
    let made = try chain.prepare(h: frame.height, w: frame.width, frameRate: (num: rate.0, den: rate.1))
    guard let input = chain.input else { throw StyleChain.notReady }
    let clock = ContinuousClock()
    let start = clock.now
    let source = try unpacker.readable(frame)
    let range = chain.inputRange
    try unpacker.unpack(source, into: input, black: range.black, white: range.white)
    let unpacked = clock.now
    let output = try chain.process(moment)
    input.releasePages()
    let stylised = clock.now
    let outputRange = chain.outputRange
    let packed = try packer.pack(output, black: outputRange.black, white: outputRange.white, source: source)
    try outside.run(chain.masks, from: source, original: frame.pixelFormat, to: packed)
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
}
