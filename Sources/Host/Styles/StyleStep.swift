// StyleStep.swift - one style of a chain: its instance, its options, and the pictures it works on.

import PluginAPI
import Video

/// One live style, made ready for one size at a time. It knows nothing of the styles before and after it. One thread at a time.
final class StyleStep: @unchecked Sendable {
  // @unchecked: handed from the control to the process thread with the chain it belongs to.
  let instance: StyleInstance
  /// The common options of this frame that may be another frame's others.
  private var numbers: StyleNumbers
  private let options: StyleOptions
  private let animated: AnimatedValues?
  private let services: ComputeServices
  /// The frame it processed last, in the count of the run.
  private var lastNumber: Int?
  private var format = sth_format()
  private var output: ImageBuffer?
  private var finish: StyleFinish?

  /// - Parameter animated: nil where no value changes during the run.
  init(
    _ instance: StyleInstance, options: StyleOptions, animated: AnimatedValues? = nil, _ services: ComputeServices
  ) {
    self.instance = instance
    self.options = options
    self.animated = animated
    self.services = services
    numbers = options.numbers
  }

  deinit { deactivate() }

  /// The range that its input must have, after `prepare`.
  var inputRange: PixelRange { PixelRange(black: format.in_black, white: format.in_white) }
  /// The range of its output.
  var outputRange: PixelRange { PixelRange(black: format.out_black, white: format.out_white) }

  /// Negotiates and activates the style for pictures of a size.
  ///
  /// - Parameter memoryShare: of the memory that is left, what its graphs may take.
  /// - Returns: the size of its output.
  /// - Throws: `HostError` of kind plugin.
  func prepare(
    h: Int, w: Int, frameRate: (num: Int32, den: Int32), memoryShare: Double
  ) throws(HostError) -> (h: Int, w: Int) {
    let stream = sth_stream(
      struct_size: UInt32(MemoryLayout<sth_stream>.size), h: Int32(h), w: Int32(w), frame_rate_num: frameRate.num,
      frame_rate_den: frameRate.den, reserved: 0)
    animated?.order(rate: FrameMoments.rate(Rational(frameRate.num, frameRate.den)))
    format = try instance.negotiate(stream)
    let size = (h: Int(format.out_h), w: Int(format.out_w))
    output = try services.memory.picture(h: size.h, w: size.w)
    services.engine.memoryLimitBytes = services.memory.left.map { Int(Double($0) * memoryShare) }
    try instance.activate(stream, format)
    finish = size == (h, w) ? StyleFinish(options, source: inputRange, result: outputRange, h: h, services) : nil
    if !options.overlaid.isEmpty { try needFinish(for: options.overlaid) }
    return size
  }

  /// Stylises a picture in `inputRange`, and leaves it as it is.
  ///
  /// - Returns: a picture in `outputRange`, good until the next call.
  /// - Throws: `HostError` of kind plugin, or cancelled.
  func process(_ moment: FrameMoment, from input: ImageBuffer) throws(HostError) -> ImageBuffer {
    guard let output else { throw StyleChain.notReady }
    animated?.set(moment, &numbers)
    // Nothing of a style that forgets its frames would be seen.
    if numbers.strength != 0 || !instance.plugin.info.isStateless {
      var info = moment.info
      announce(moment, &info)
      let params = animated.map { UnsafePointer($0.params) }
      try instance.process(&info, params: params, from: input.image, to: output.image)
    }
    if numbers.strength != 1 { try needFinish(for: ["strength"]) }
    if let finish, finish.isNeeded(numbers) { finish.apply(to: output, from: input, numbers, luma: moment.luma) }
    return output
  }

  /// Says in the frame's flags whether the style has missed frames, and makes it forget what it knows where a shot begins or where
  /// it cannot know what came before. A stateless one has nothing to forget of missed frames: with lanes it misses most.
  private func announce(_ moment: FrameMoment, _ info: inout sth_frame_info) {
    let due = lastNumber.map { $0 + 1 } ?? 0
    if moment.number != due { info.flags |= STH_FRAME_DISCONTINUITY }
    if info.flags & STH_FRAME_SCENE_CUT != 0 {
      instance.reset(STH_RESET_SCENE_CUT)
    } else if info.flags & STH_FRAME_DISCONTINUITY != 0, lastNumber != nil, !instance.plugin.info.isStateless {
      instance.reset(STH_RESET_DISCONTINUITY)
    }
    lastNumber = moment.number
  }

  /// These options lay the result over the source, so both must have one size.
  private func needFinish(for keys: [String]) throws(HostError) {
    guard finish == nil, let output else { return }
    let named = keys.map { "\($0)=" }.joined(separator: ", ")
    throw HostError(
      .usage,
      "style '\(instance.plugin.info.id)' makes pictures of another size (\(output.w)x\(output.h)): \(named) cannot be had with it"
    )
  }

  /// Drops what `prepare` made.
  func deactivate() {
    instance.deactivate()
    output = nil
    finish = nil
  }
}
