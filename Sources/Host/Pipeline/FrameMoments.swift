// FrameMoments.swift - gives every frame of a run its moment, in order.

import PluginAPI
import Video

/// Counts frames and their time, finds cuts, and follows the timeline. Belongs to the decode thread.
final class FrameMoments: @unchecked Sendable {
  // @unchecked: used by the decode thread alone once the pipeline runs.
  private var clock: FrameClock
  private let cuts: SceneCutDetector?
  private var director: StyleDirector?
  /// Packets that no frame came of, so far.
  private var lostPackets = 0
  private let masks: MaskFiles
  private var number = 0
  private var index = 0
  private var size = (h: 0, w: 0)

  /// - Parameters:
  ///   - frameRate: of the stream, for frames that do not say their time; 25 a second where it is unknown too.
  ///   - cuts: nil where nobody wants to know.
  ///   - timeline: nil where there is none, or where it switches nothing.
  ///   - masks: read along with the frames.
  init(
    frameRate: Rational? = nil, cuts: SceneCutDetector? = nil, timeline: Timeline? = nil, masks: MaskFiles = MaskFiles()
  ) {
    clock = FrameClock(frameRate: frameRate)
    self.masks = masks
    self.cuts = cuts
    director = timeline?.director(frameRate: FrameMoments.rate(frameRate))
  }

  /// Frames per second, 25 where it is unknown.
  static func rate(_ rate: Rational?) -> Double {
    let value = rate.map { Double($0.numerator) / Double(max(1, $0.denominator)) } ?? 0
    return value > 0 ? value : 25
  }

  /// The moment of the next frame.
  ///
  /// - Parameter lostPackets: packets of the input that no frame came of, so far.
  /// - Throws: `HostError` of kind input for a frame that nobody can read, and for a mask that cannot be read on.
  func next(_ frame: Frame, lostPackets: Int = 0) throws(HostError) -> FrameMoment {
    index = size == (frame.height, frame.width) ? index + 1 : 0
    size = (frame.height, frame.width)
    var moment = FrameMoment(of: frame, index: index, number: number, seconds: clock.seconds(of: frame))
    if lostPackets > self.lostPackets, number > 0 { moment.info.flags |= STH_FRAME_DISCONTINUITY }
    self.lostPackets = lostPackets
    let isCut = try isCut(frame)
    if isCut { moment.info.flags |= STH_FRAME_SCENE_CUT }
    if let showing = director?.next(moment, isCut: isCut) { moment.showing = showing }
    moment.masks = try masks.pictures(at: moment.seconds)
    number += 1
    return moment
  }

  private func isCut(_ frame: Frame) throws(HostError) -> Bool {
    do {
      return try cuts?.isCut(frame) ?? false
    } catch let error as VideoError {
      throw HostError(error)
    } catch {
      throw HostError(.input, "cannot look at a frame: \(error)")
    }
  }
}
