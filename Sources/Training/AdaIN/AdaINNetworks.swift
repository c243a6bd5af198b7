// The networks of an AdaIN training: the one that paints, and the one that judges.
import Networks
import PluginKit

/// A pair that paints by the features it is judged by, or a small net that is judged by the features of a larger one.
struct AdaINNetworks {
  /// Whose features are compared; without `small` also what paints.
  let judge: AdaIN
  /// What paints, where that is another network.
  let small: RealtimeAdaIN?

  /// Networks that have been read.
  init(judge: AdaIN, small: RealtimeAdaIN?) { (self.judge, self.small) = (judge, small) }

  /// - Parameters:
  ///   - encoder: of the judge.
  ///   - learnt: the judge's decoder, or all of a small net.
  init(
    _ host: TrainingHost, _ preset: AdaINSettings.Preset, encoder: [TrainedTensor], decoder: [TrainedTensor],
    learnt: [TrainedTensor], named name: String
  ) throws(PluginError) {
    switch preset {
    case .quality:
      judge = try AdaIN(host.memory(encoder + learnt, named: name))
      small = nil
    case .realtime:
      judge = try AdaIN(host.memory(encoder + decoder, named: "\(name), its judge"))
      small = try RealtimeAdaIN(host.memory(learnt, named: name))
    }
  }

  /// The tensor learns.
  func learns(_ name: String) -> Bool { small != nil ? !AdaIN.isPart(name) : AdaIN.learns(name) }

  /// What the network's file holds: what has learnt, and of a pair the encoder.
  func file(of state: TrainingState) -> [TrainedTensor] { (small == nil ? state.fixed : []) + state.weights }

  var info: ModelInfo { small?.info ?? judge.info }
}

extension StyleNetwork {
  /// content, style: [3, size, size], 0...1. Gives the content in the style, nominally 0...1.
  func painted(_ content: Value, _ style: Value, size: Int, in g: borrowing GraphBuilder) -> Value {
    let side = featurePixels(size)
    return painted(
      content, StyleMixture(self, of: features(style, in: g), pixels: side * side, in: g), in: g)
  }
}
