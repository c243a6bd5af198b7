// What was wrong with an input that could nevertheless be read.

/// The damage met so far by a reader.
public struct Damage: Equatable, Sendable, CustomStringConvertible {
  /// Frames the decoder gave out with concealed parts.
  public var concealedFrames = 0
  /// Packets the decoder gave up on.
  public var undecodablePackets = 0
  /// Whether the input ends too early. A cut exactly between two frames shows only where the container tells how much there should be:
  /// Matroska, MP4, MOV, NUT and AVI do; y4m, raw video, MPEG-TS and elementary streams do not.
  public var isTruncated = false
  /// Frames given out.
  public var wholeFrames = 0
  /// What libav said about the end, when it said anything.
  var cause: String?

  /// No damage.
  public init() {}

  /// Whether nothing was wrong.
  public var isEmpty: Bool { concealedFrames == 0 && undecodablePackets == 0 && !isTruncated }

  /// One line, such as `the input ends too early, after 12 whole frames`; empty when nothing was wrong.
  public var description: String {
    var parts: [String] = []
    if isTruncated {
      let why = cause.map { " (\($0))" } ?? ""
      parts.append("the input ends too early, after \(Self.counted(wholeFrames, "whole frame"))\(why)")
    }
    if undecodablePackets > 0 { parts.append("\(Self.counted(undecodablePackets, "packet")) could not be decoded") }
    if concealedFrames > 0 { parts.append("errors were concealed in \(Self.counted(concealedFrames, "frame"))") }
    return parts.joined(separator: "; ")
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
