// MaskLayer.swift - where a style applies in the frame at hand: a weight for each of its pixels.

import Graph

/// The mask of one style at the size of its frames. One thread at a time.
final class MaskLayer {
  /// [1][h][w], 0 (the source) to 1 (the style); of the last `update`.
  let weights: ImageBuffer
  private let formula: FormulaSweep?
  private var laid: MaskPicture?
  private var resampler: (given: (h: Int, w: Int), resampler: Resampler)?
  private let services: ComputeServices

  /// Nil where a style applies everywhere.
  ///
  /// - Throws: `HostError`: usage for a formula that cannot be read, plugin where memory is short.
  init?(_ choice: MaskChoice, h: Int, w: Int, _ services: ComputeServices) throws(HostError) {
    guard choice != .everywhere else { return nil }
    weights = try services.memory.picture(c: 1, h: h, w: w)
    self.services = services
    if case .formula(let text) = choice {
      formula = try FormulaSweep(text, into: weights, services)
    } else {
      formula = nil
    }
  }

  /// Brings the weights up to a frame.
  ///
  /// - Parameter given: the picture of a mask file that is due; without one the weights stay as they are, 0 at first.
  /// - Throws: `HostError` of kind plugin.
  func update(_ moment: FrameMoment, _ given: MaskPicture?) throws(HostError) {
    if let formula { return formula.run(seconds: moment.seconds, number: moment.number, services.pool) }
    guard let given, given !== laid else { return }
    try resampler(from: (given.h, given.w)).run(from: given, to: weights, services.pool)
    laid = given
  }

  /// The one for pictures of this size: all of a file, as a rule.
  private func resampler(from size: (h: Int, w: Int)) throws(HostError) -> Resampler {
    if let resampler, resampler.given == size { return resampler.resampler }
    let fresh = try Resampler(
      from: size, to: (weights.h, weights.w), enlarging: .bilinear, threads: services.pool.threadCount)
    resampler = (size, fresh)
    return fresh
  }
}
