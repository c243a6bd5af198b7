// MaskLayer.swift - where a style applies in the frame at hand: a weight for each of its pixels.

import Graph

/// The mask of one style at the size of its frames. One thread at a time.
final class MaskLayer {
  /// [1][h][w], 0 (the source) to 1 (the style); of the last `update`.
  let weights: ImageBuffer
  private let formula: FormulaSweep?
  private var laid: MaskPicture?
  private var picture: (codes: MaskSweep, resampler: Resampler)?
  private let services: ComputeServices

  /// Nil where a style applies everywhere.
  ///
  /// - Throws: `HostError`: usage for a formula that cannot be read, plugin where memory is short.
  init?(_ choice: MaskChoice, h: Int, w: Int, _ services: ComputeServices) throws(HostError) {
    guard choice != .everywhere else { return nil }
    weights = try services.memory.picture(c: 1, h: h, w: w)
    self.services = services
    if case .formula(let text) = choice {
      formula = try FormulaSweep(text, into: weights, threads: services.pool.threadCount)
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
    let sizes = (from: (given.h, given.w), to: (weights.h, weights.w))
    if picture.map({ ($0.codes.weights.h, $0.codes.weights.w) != sizes.from }) ?? true {
      picture = (
        MaskSweep(into: try ImageBuffer(c: 1, h: given.h, w: given.w)),
        try Resampler(from: sizes.from, to: sizes.to, enlarging: .bilinear, threads: services.pool.threadCount)
      )
    }
    guard let picture else { return }
    picture.codes.run(given, services.pool)
    picture.resampler.run(from: picture.codes.weights, to: weights, services.pool)
    laid = given
  }
}

/// Turns the codes of a mask into weights, at the mask's own size.
final class MaskSweep: Sweep {
  /// [1][h][w], 0...1.
  let weights: ImageBuffer
  private var picture: MaskPicture?

  init(into weights: ImageBuffer) { self.weights = weights }

  func run(_ picture: MaskPicture, _ pool: WorkerPool) {
    self.picture = picture
    pool.sweep(self, rows: weights.h)
    self.picture = nil
  }

  func run(rows: Range<Int>, worker: Int) {
    for y in rows {
      let row = weights.row(c: 0, y: y)
      // Only planes that do not exist cannot be read, and those are not asked for.
      do { try picture?.read(y, into: row) } catch { row.update(repeating: 0) }
    }
  }
}
