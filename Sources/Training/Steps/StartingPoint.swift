// The numbers that a training begins with: drawn, of another network, or of an earlier part of itself.
import Foundation
import Networks
import PluginKit
import Weights

enum StartingPoint {
  /// Finds out before hours of work whether their result can be written.
  static func checkFolders(_ settings: JohnsonSettings) throws(TrainingError) {
    for path in [settings.output, settings.report].compactMap(\.self) {
      let folder = (path as NSString).deletingLastPathComponent
      guard FileManager.default.isWritableFile(atPath: folder.isEmpty ? "." : folder) else {
        throw TrainingError(.output, "cannot write \(path): there is no such folder, or it may not be written to")
      }
    }
  }

  /// The tensors of the network, and the state to go on from where there is one.
  /// - Throws: `output` where something would be overwritten that nobody spoke of, `model` for a network of another width.
  static func tensors(
    _ settings: JohnsonSettings, _ facts: [TrainingFact], _ voice: TrainingVoice
  ) throws(TrainingError) -> ([NamedTensor], TrainingState?) {
    let path = TrainingState.path(beside: settings.output)
    if settings.isResumed {
      let state = try TrainingState(readingFrom: path)
      tell(of: facts, insteadOf: state.facts, voice)
      return try TrainingError.ofWeights { () throws(WeightsError) in
        var tensors: [NamedTensor] = []
        for (name, shape, floats) in state.weights {
          tensors.append(try NamedTensor(name: name, shape: shape, floats: floats))
        }
        return (try checked(tensors, settings, path), state)
      }
    }
    for file in [settings.output, path] where !settings.isOverwriting && FileManager.default.fileExists(atPath: file) {
      throw TrainingError(.output, "\(file) exists: resume it, or allow it to be overwritten")
    }
    if let start = settings.start {
      return try TrainingError.ofWeights { () throws(WeightsError) in
        (try checked(try WeightFile.open(path: start).tensors, settings, start), nil)
      }
    }
    return (try fresh(width: settings.width, seed: settings.seed), nil)
  }

  /// What `stylehost models init` writes.
  private static func fresh(width: Int, seed: UInt64) throws(TrainingError) -> [NamedTensor] {
    do {
      return try JohnsonTransformer.fresh(width: width).tensors.map { tensor in
        try NamedTensor(
          name: tensor.name, shape: tensor.shape, fill: TensorFill(rawValue: tensor.fill.rawValue) ?? .zero, seed: seed)
      }
    } catch {
      throw TrainingError(.usage, "\(error)")
    }
  }

  /// A network of the width that was asked for.
  private static func checked(
    _ tensors: [NamedTensor], _ settings: JohnsonSettings, _ path: String
  ) throws(WeightsError) -> [NamedTensor] {
    let first = tensors.first { $0.name.hasSuffix("conv1.conv2d.weight") && !$0.name.contains("res") }
    if let width = first?.shape.first, width != settings.width {
      throw WeightsError(
        loading: path, "its network is of width \(width), and one of width \(settings.width) was asked for")
    }
    return tensors
  }

  /// A resumed training may be asked to do other things than before; they are told.
  private static func tell(of facts: [TrainingFact], insteadOf earlier: [TrainingFact], _ voice: TrainingVoice) {
    for fact in facts where !earlier.contains(fact) {
      let old = earlier.first { $0.name == fact.name }.map { ", it was \($0.value)" } ?? ""
      voice.tell("from now on \(fact.name) is \(fact.value)\(old)")
    }
  }
}
