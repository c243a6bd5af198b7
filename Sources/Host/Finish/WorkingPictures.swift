// WorkingPictures.swift - what a style works on where it has a size of its own: the source brought there and the result brought back.

/// The small (or large) pictures of one style, made for one size of stream. One thread at a time.
final class WorkingPictures {
  /// What the style is given.
  let input: ImageBuffer
  /// Where it puts its result.
  let output: ImageBuffer
  private let down: Resampler
  /// By the source at full size where that knows more; by the pixels alone where it does not.
  private let up: GuidedUpsampler?
  private let back: Resampler?
  private let services: ComputeServices

  /// - Parameters:
  ///   - size: of the pictures the style works on.
  ///   - full: of those that come and go.
  ///   - source: the pixel range of what the style is given.
  /// - Throws: `HostError` of kind plugin where there is no memory for them.
  init(
    _ size: (h: Int, w: Int), full: (h: Int, w: Int), source: PixelRange, _ services: ComputeServices
  ) throws(HostError) {
    let threads = services.pool.threadCount
    input = try services.memory.picture(h: size.h, w: size.w)
    output = try services.memory.picture(h: size.h, w: size.w)
    down = try Resampler(from: full, to: size, threads: threads)
    let sizes = GuidedUpsampler.Sizes(small: size, full: full)
    up = sizes.areGuidable ? try GuidedUpsampler(sizes, source: source, services) : nil
    back = sizes.areGuidable ? nil : try Resampler(from: size, to: full, threads: threads)
    self.services = services
  }

  /// Fills `input` from a picture of full size.
  func bringDown(_ source: ImageBuffer) { down.run(from: source, to: input, services.pool) }

  /// Brings `output` to full size.
  func bringBack(to result: ImageBuffer, source: ImageBuffer, luma: LumaWeights) {
    up?.run(small: (output, input), source: source, to: result, luma: luma, services.pool)
    back?.run(from: output, to: result, services.pool)
  }
}
