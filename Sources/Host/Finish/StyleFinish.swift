// StyleFinish.swift - what is done with a style's result before it goes on: colours, then strength and mask.

import PluginAPI

/// The finishing of one style, made ready for one size. It needs the source that the style was given. One thread at a time.
final class StyleFinish {
  private let options: StyleOptions
  private let services: ComputeServices
  private let ranges: (source: PixelRange, result: PixelRange)
  private let blend = BlendSweep()
  private let statistics: StatisticsSweep?
  private let scale: Float
  private let shift: Float

  /// - Parameter h: rows of the pictures.
  init(_ options: StyleOptions, source: PixelRange, result: PixelRange, h: Int, _ services: ComputeServices) {
    self.options = options
    self.services = services
    ranges = (source, result)
    statistics = options.colour == .match ? StatisticsSweep(h: h) : nil
    scale = source == result ? 1 : (result.white - result.black) / (source.white - source.black)
    shift = source == result ? 0 : result.black - source.black * scale
  }

  /// Whether there is anything to do for a frame with these numbers.
  func isNeeded(_ numbers: StyleNumbers) -> Bool {
    options.colour != .style || numbers.strength != 1 || options.mask != .everywhere
  }

  /// Finishes a result in its place.
  ///
  /// - Parameters:
  ///   - source: the picture that the style was given, of the same size.
  ///   - mask: weights of its pixels.
  func apply(
    to result: ImageBuffer, from source: ImageBuffer, _ numbers: StyleNumbers, mask: ImageBuffer?, luma: LumaWeights
  ) {
    var job = BlendSweep.Job(result: result, source: source)
    (job.scale, job.shift, job.strength) = (scale, shift, numbers.strength)
    job.mask = mask
    switch options.colour {
    case .style: break
    case .keep: job.colour = .keep(luma)
    case .match: if numbers.strength > 0, let map = map(result, source) { job.colour = .map(map) }
    }
    blend.job = job
    services.pool.sweep(blend, rows: result.h)
    blend.job = nil
  }

  private func map(_ result: ImageBuffer, _ source: ImageBuffer) -> ColourMap? {
    guard let statistics else { return nil }
    return ColourMap(
      from: statistics.statistics(of: result, in: ranges.result, services.pool),
      to: statistics.statistics(of: source, in: ranges.source, services.pool), range: ranges.result)
  }
}
