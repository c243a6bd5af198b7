// What one family of translations has of its own: the rest of a training is the same for all.
import Networks
import PluginKit

/// What a person said about networks that translate between two domains, and how those come about.
protocol TranslationFamily {
  /// What every training is told; `content` are the pictures of A.
  var run: TrainingRun { get }
  /// Pictures of B: paths as those of A.
  var other: [String] { get }
  /// As rows of the report and the model card.
  var facts: [TrainingFact] { get }

  /// Throws `usage` for what makes no sense.
  func check() throws(TrainingError)

  /// All tensors before the first step: those of networks that make pictures, then those of networks that judge them.
  func fresh() throws(TrainingError) -> [TrainedTensor]

  /// The tensor belongs to a network that judges.
  func judges(_ name: String) -> Bool

  /// Makes what learns out of the tensors of a state.
  /// - Parameters:
  ///   - memory: what the state remembers beside them.
  ///   - lists: pictures of A and of B.
  func parts(
    _ host: TrainingHost, _ tensors: [TrainedTensor], memory: [TrainedTensor], _ lists: [ContentList],
    _ voice: TrainingVoice
  ) throws(TrainingError) -> TranslationParts

  /// What the network's file holds, under the names that its plugin knows.
  func network(of tensors: [TrainedTensor]) -> [TrainedTensor]
}

/// What a training of a family is made of.
struct TranslationParts {
  let lesson: any TranslationLesson
  let previews: any Previews
  /// Of the network that is written.
  let info: ModelInfo
}
