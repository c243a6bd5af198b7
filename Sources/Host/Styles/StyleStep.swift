// StyleStep.swift - one style of a chain: its instance, its options, and the pictures it works on.

import PluginAPI
import Video

/// One live style, made ready for one size at a time. It knows nothing of the styles before and after it. One thread at a time.
final class StyleStep: @unchecked Sendable {
  // @unchecked: handed from the control to the process thread with the chain it belongs to.
  let instance: StyleInstance
  /// The common options of this frame that may be another frame's others.
  private var numbers: StyleNumbers
  private let style: ResolvedStyle
  private var options: StyleOptions { style.options }
  private let animated: AnimatedValues?
  /// The place of its mask among those of a moment.
  private let slot: Int
  private let services: ComputeServices
  /// The frame it processed last, in the count of the run.
  private var lastNumber: Int?
  private var format = sth_format()
  /// Whether its output has the size of its input, after `prepare`.
  private(set) var keepsSize = true
  private var output: ImageBuffer?
  private var working: WorkingPictures?
  private var finish: StyleFinish?
  private var mask: MaskLayer?

  /// - Parameters:
  ///   - animated: nil where no value changes during the run.
  ///   - slot: the style's place among those that were asked for.
  init(
    _ instance: StyleInstance, _ style: ResolvedStyle, animated: AnimatedValues? = nil, slot: Int,
    _ services: ComputeServices
  ) {
    self.instance = instance
    self.style = style
    self.animated = animated
    self.slot = slot
    self.services = services
    numbers = style.options.numbers
  }

  deinit { deactivate() }

  /// What errors call it.
  var name: String { style.name }
  /// Whether it works at a size that was asked for.
  var hasWorkingSize: Bool { options.size != .own }
  /// The range that its input must have, after `prepare`.
  var inputRange: PixelRange { PixelRange(black: format.in_black, white: format.in_white) }
  /// The range of its output.
  var outputRange: PixelRange { PixelRange(black: format.out_black, white: format.out_white) }

  /// [1][h][w], after `process`: where it is 0 the style has changed nothing. Nil where it may change every pixel.
  var weights: ImageBuffer? { mask?.weights }

  /// Negotiates and activates the style for pictures of a size.
  ///
  /// - Parameter memoryShare: of the memory that is left, what its graphs may take.
  /// - Returns: the size of its output.
  /// - Throws: `HostError` of kind plugin.
  func prepare(
    h: Int, w: Int, frameRate: (num: Int32, den: Int32), memoryShare: Double
  ) throws(HostError) -> (h: Int, w: Int) {
    let size = try options.size.applied(h: h, w: w, of: instance.plugin.info.id)
    let stream = sth_stream(
      struct_size: UInt32(MemoryLayout<sth_stream>.size), h: Int32(size.h), w: Int32(size.w),
      frame_rate_num: frameRate.num, frame_rate_den: frameRate.den, reserved: 0)
    animated?.order(rate: FrameMoments.rate(Rational(frameRate.num, frameRate.den)))
    format = try instance.negotiate(stream)
    let made = (h: Int(format.out_h), w: Int(format.out_w))
    keepsSize = made == size
    try checkSize()
    let result = keepsSize ? (h: h, w: w) : made
    output = try services.memory.picture(h: result.h, w: result.w)
    if keepsSize {
      if size != (h, w) { working = try WorkingPictures(size, full: (h, w), source: inputRange, services) }
      mask = try MaskLayer(options.mask, h: h, w: w, services)
      finish = StyleFinish(options, source: inputRange, result: outputRange, h: h, services)
    }
    services.limitPlans(to: memoryShare)
    try instance.activate(stream, format)
    return result
  }

  /// Stylises a picture in `inputRange`, and leaves it as it is.
  ///
  /// - Returns: a picture in `outputRange`, good until the next call.
  /// - Throws: `HostError` of kind plugin, or cancelled.
  func process(_ moment: FrameMoment, from input: ImageBuffer) throws(HostError) -> ImageBuffer {
    guard let output else { throw StyleChain.notReady }
    animated?.set(moment, &numbers)
    // Nothing of a style that forgets its frames would be seen.
    if numbers.strength != 0 || !instance.plugin.info.isStateless { try paint(moment, from: input, to: output) }
    if let finish, finish.isNeeded(numbers) {
      try mask?.update(moment, moment.masks.indices.contains(slot) ? moment.masks[slot] : nil)
      finish.apply(to: output, from: input, numbers, mask: mask?.weights, luma: moment.luma)
    }
    return output
  }

  /// Runs the plugin, at its working size.
  private func paint(_ moment: FrameMoment, from input: ImageBuffer, to output: ImageBuffer) throws(HostError) {
    var info = moment.info
    announce(moment, &info)
    let params = animated.map { UnsafePointer($0.params) }
    working?.bringDown(input)
    try instance.process(
      &info, params: params, from: (working?.input ?? input).image, to: (working?.output ?? output).image)
    working?.bringBack(to: output, source: input, luma: moment.luma)
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

  /// What lays the result over the source, or shows the one after the other, wants both to have one size.
  private func checkSize() throws(HostError) {
    var wanted = options.overlaid.map { "\($0)=" }
    if style.animation.isWeakened, !options.overlaid.contains("strength") { wanted.append("strength=") }
    if style.isMixedWithSource { wanted.append("the picture as it is among a timeline's styles") }
    guard !keepsSize, !wanted.isEmpty else { return }
    throw HostError(
      .usage,
      "style '\(name)' makes pictures of another size (\(format.out_w)x\(format.out_h)): \(wanted.joined(separator: ", ")) cannot be had with it"
    )
  }

  /// Drops what `prepare` made.
  func deactivate() {
    instance.deactivate()
    output = nil
    working = nil
    mask = nil
    finish = nil
  }
}
