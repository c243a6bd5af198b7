// What can go wrong while a style is made.
import PluginKit
import Video
import Weights

/// An error of the room Training. The description is one line: what we were doing, to what, why it failed, what to do.
public struct TrainingError: Error, CustomStringConvertible, Equatable, Sendable {
  /// Who has to act.
  public enum Kind: Equatable, Sendable {
    /// What was asked for makes no sense.
    case usage
    /// Pictures to learn from, or the style, cannot be read.
    case input
    /// A network or a checkpoint cannot be used.
    case model
    /// Nothing can be written where it was to be.
    case output
  }

  /// Who has to act.
  public let kind: Kind
  /// One line without a full stop at the end.
  public let description: String

  /// An error of a kind with its one line.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// An error of a network.
  init(_ error: PluginError) { self.init(.model, error.description) }

  /// An error of a file of tensors.
  init(_ error: WeightsError) { self.init(error.kind == .unwritable ? .output : .model, error.description) }

  /// Does something with networks, whose errors become errors of this room.
  static func ofNetwork<Result>(_ body: () throws(PluginError) -> Result) throws(TrainingError) -> Result {
    do throws(PluginError) { return try body() } catch { throw TrainingError(error) }
  }

  /// Does something with files of tensors, whose errors become errors of this room.
  static func ofWeights<Result>(_ body: () throws(WeightsError) -> Result) throws(TrainingError) -> Result {
    do throws(WeightsError) { return try body() } catch { throw TrainingError(error) }
  }

  /// What a name stands for. Throws `usage` where it stands for nothing, and says which names there are.
  static func known<Choice>(
    _ name: String, _ found: Choice?, _ names: [String], _ what: String
  ) throws(TrainingError) -> Choice {
    guard let found else {
      throw TrainingError(.usage, "there is no \(what) '\(name)': give one of \(names.joined(separator: ", "))")
    }
    return found
  }

  /// An error of a picture or a video.
  init(_ error: VideoError) {
    switch error {
    case .usage: self.init(.usage, error.description)
    case .output, .consumerClosed: self.init(.output, error.description)
    case .input, .damagedInput, .interrupted: self.init(.input, error.description)
    }
  }
}
