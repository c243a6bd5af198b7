// PrecisionTrial.swift - how fast and how faithful one style is at each precision this machine has.

import Foundation
import Graph

/// The figures of one style at one size of picture.
struct PrecisionTrial: Codable, Equatable {
  /// One precision.
  struct Figure: Codable, Equatable {
    /// Raw value of a `ComputePrecision`.
    let precision: String
    /// Of the fastest frame.
    let milliseconds: Double
    /// PSNR of the 8-bit picture against float32; nil where not a code differs, as of float32 itself.
    let decibels: Double?
  }

  /// float32 first; a precision this machine lacks is missing.
  let figures: [Figure]

  /// What a picture must keep.
  static let leastDecibels = 40.0
  /// Frames that are timed, after the one whose picture is looked at.
  private static let timedFrames = 2

  init(figures: [Figure]) { self.figures = figures }

  /// The fastest that is faithful enough.
  var choice: ComputePrecision {
    let good = figures.filter { ($0.decibels ?? .infinity) >= PrecisionTrial.leastDecibels }
    return good.min { $0.milliseconds < $1.milliseconds }.flatMap { ComputePrecision(rawValue: $0.precision) } ?? .f32
  }

  /// "f32 24.1 ms, bf16 12.0 ms at 52.1 dB".
  var words: String {
    figures.map { figure in
      let quality = figure.decibels.map { String(format: " at %.1f dB", $0) } ?? ""
      return "\(figure.precision) " + String(format: "%.1f ms", figure.milliseconds) + quality
    }
    .joined(separator: ", ")
  }

  /// Runs the style on a picture of side x side.
  ///
  /// - Throws: `HostError` where it does not even run in float32.
  init(of style: ResolvedStyle, side: Int, _ services: ComputeServices) throws(HostError) {
    var figures: [Figure] = []
    var reference: [UInt8] = []
    for precision in ComputePrecision.allCases {
      let run: Run
      do {
        run = try Run(style, precision, side: side, services)
      } catch {
        guard precision != .f32 else { throw error }
        continue
      }
      if precision == .f32 { reference = run.codes } else if !run.isHad { continue }
      figures.append(
        Figure(
          precision: precision.rawValue, milliseconds: run.milliseconds,
          decibels: PrecisionTrial.decibels(run.codes, reference)))
    }
    self.figures = figures
  }

  /// The picture and the time of one precision.
  private struct Run {
    let codes: [UInt8]
    let milliseconds: Double
    /// Whether graphs ran in the precision that was asked for.
    let isHad: Bool

    init(
      _ style: ResolvedStyle, _ precision: ComputePrecision, side: Int, _ services: ComputeServices
    ) throws(HostError) {
      var style = style
      style.precision = precision
      // Its engine knows no other plans, and they tell what really runs.
      let own = try services.apart()
      let chain = try StyleChain.start([style], own)
      try chain.prepare(h: side, w: side, frameRate: (25, 1))
      var (codes, best) = ([UInt8](), Double.infinity)
      let picture = try ImageBuffer(h: side, w: side)
      ProbePicture.fill(picture, black: chain.inputRange.black, white: chain.inputRange.white)
      for frame in 0...PrecisionTrial.timedFrames {
        guard let input = chain.input else { break }
        // Anew for each frame: a style may use its picture as working memory.
        input.bytes.copyMemory(from: UnsafeRawBufferPointer(picture.bytes))
        let start = ContinuousClock.now
        let output = try chain.process(ProbePicture.info(index: frame))
        let time = (ContinuousClock.now - start).milliseconds
        if frame == 0 { codes = ProbePicture.codes(output, chain.outputRange) } else { best = min(best, time) }
      }
      (self.codes, milliseconds) = (codes, best)
      let plans = own.engine.plans
      isHad = !plans.isEmpty && plans.allSatisfy { $0.precision == precision }
      withExtendedLifetime(chain) {}
    }
  }

  /// 10 log10(255^2 / mean squared difference); nil where there is none.
  static func decibels(_ codes: [UInt8], _ reference: [UInt8]) -> Double? {
    guard codes.count == reference.count else { return -.greatestFiniteMagnitude }
    var sum = 0
    for index in codes.indices {
      let difference = Int(codes[index]) - Int(reference[index])
      sum += difference * difference
    }
    return sum == 0 ? nil : 10 * log10(255 * 255 * Double(codes.count) / Double(sum))
  }
}
