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
  /// Frames that are timed at least, after the one whose picture is looked at.
  private static let timedFrames = 2
  /// Small pictures are timed for so long: what is found is remembered, and a busy moment must not decide.
  private static let timedMilliseconds = 300.0
  /// Frames of a style that takes no time at all.
  private static let mostFrames = 1000

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
    var runs: [Run] = []
    for precision in ComputePrecision.allCases {
      do {
        let run = try Run(style, precision, side: side, services)
        if precision == .f32 || run.isHad { runs.append(run) }
      } catch {
        guard precision != .f32 else { throw error }
      }
    }
    let times = try PrecisionTrial.least(of: runs.count) { (i) throws(HostError) in try runs[i].time() }
    figures = zip(runs, times).map { run, time in
      Figure(
        precision: run.precision.rawValue, milliseconds: time,
        decibels: PrecisionTrial.decibels(run.codes, runs[0].codes))
    }
  }

  /// One precision, ready to be timed.
  private final class Run {
    let precision: ComputePrecision
    /// Of the first picture.
    private(set) var codes: [UInt8] = []
    /// Whether graphs ran in the precision that was asked for.
    private(set) var isHad = false
    private let chain: StyleChain
    private let picture: ImageBuffer
    private var index = 0

    /// Paints the first picture, which warms up.
    init(
      _ style: ResolvedStyle, _ precision: ComputePrecision, side: Int, _ services: ComputeServices
    ) throws(HostError) {
      self.precision = precision
      // The common options are the host's work, which precisions do not change.
      var style = ResolvedStyle(plugin: style.plugin, values: style.values)
      style.precision = precision
      // Its engine knows no other plans, and they tell what really runs.
      let own = try services.apart(log: services.log)
      chain = try StyleChain.start([style], own)
      try chain.prepare(h: side, w: side, frameRate: (25, 1))
      picture = try ImageBuffer(h: side, w: side)
      ProbePicture.fill(picture, black: chain.inputRange.black, white: chain.inputRange.white)
      _ = try time()
      let plans = own.engine.plans
      isHad = !plans.isEmpty && plans.allSatisfy { $0.precision == precision }
    }

    /// Milliseconds of one more picture.
    func time() throws(HostError) -> Double {
      // Anew for each frame: a style may use its picture as working memory.
      chain.input?.bytes.copyMemory(from: UnsafeRawBufferPointer(picture.bytes))
      let start = ContinuousClock.now
      let output = try chain.process(ProbePicture.moment(index: index))
      let time = (ContinuousClock.now - start).milliseconds
      if index == 0 { codes = ProbePicture.codes(output, chain.outputRange) }
      index += 1
      return time
    }
  }

  /// The time of the fastest frame of each of several, of as many as have to be timed. They take turns: on a machine whose speed drifts, each
  /// meets the same moments.
  ///
  /// - Parameter frame: runs a frame of one of them and tells how many milliseconds it took.
  static func least(of count: Int, _ frame: (Int) throws(HostError) -> Double) throws(HostError) -> [Double] {
    var best = [Double](repeating: .infinity, count: count)
    var (sums, rounds) = ([Double](repeating: 0, count: count), 0)
    while rounds < timedFrames || rounds < mostFrames && sums.contains(where: { $0 < timedMilliseconds }) {
      for i in 0..<count {
        let time = try frame(i)
        (best[i], sums[i]) = (min(best[i], time), sums[i] + time)
      }
      rounds += 1
    }
    return best
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
