// GuidedUpsampler.swift - a small result brought to full size, its edges where the full-size source has them.

import Graph

/// Guided upsampling after the guided filter (He, Sun and Tang 2013; He and Sun 2015: Fast guided filter), made for both sizes once.
///
/// In windows of 3x3 small pixels the result R is taken as a linear function of the source's luma Y:  R = a Y + b, with
/// a = cov(Y, R) / (var(Y) + e). At full size then
///
///     out = up(R) + up(a) * (Y(full source) - up(Y))
///
/// where up is Catmull-Rom's cubic for R and Y and the cubic B-spline for a: what the small result has, texture that the source knows
/// nothing of too, stays as it is, and the source adds what lies between the small pixels. decisions/0012 has the figures.
final class GuidedUpsampler {
  /// Small and full, rows and columns.
  struct Sizes {
    let small: (h: Int, w: Int)
    let full: (h: Int, w: Int)

    /// Whether there is anything to guide: the small picture is smaller, and has a window.
    var areGuidable: Bool {
      small.h <= full.h && small.w <= full.w && small.h >= 4 && small.w >= 4 && (small.h < full.h || small.w < full.w)
    }
  }

  private let coefficients: GuideCoefficients
  private let rows: GuidedRows

  /// - Parameter source: the pixel range of the source, small and full.
  /// - Throws: `HostError` of kind plugin where there is no memory for it.
  init(_ sizes: Sizes, source: PixelRange, _ services: ComputeServices) throws(HostError) {
    coefficients = try GuideCoefficients(sizes.small, source: source, services)
    rows = try GuidedRows(sizes, threads: services.pool.threadCount)
  }

  /// Fills `output`.
  ///
  /// - Parameters:
  ///   - small: the result, and the source it was made of.
  ///   - source: at full size.
  func run(
    small: (result: ImageBuffer, source: ImageBuffer), source: ImageBuffer, to output: ImageBuffer, luma: LumaWeights,
    _ pool: WorkerPool
  ) {
    coefficients.run(result: small.result, source: small.source, luma: luma, pool)
    rows.run(
      GuidedRows.Job(
        result: small.result, luma: coefficients.luma, slopes: coefficients.slopes, source: source, output: output,
        guide: coefficients.guide(luma)), pool)
  }
}

/// Y' of a picture with black 0 and white 1, as weights of its values and a shift.
struct GuideWeights {
  let red: Float
  let green: Float
  let blue: Float
  let shift: Float

  init(_ luma: LumaWeights, of range: PixelRange) {
    let scale = 1 / (range.white - range.black)
    (red, green, blue) = (luma.red * scale, luma.green * scale, luma.blue * scale)
    shift = -range.black * scale
  }

  @inline(__always)
  func luma(_ r: Block, _ g: Block, _ b: Block) -> Block { r * red + g * green + b * blue + shift }
}
