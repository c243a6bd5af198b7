// All that a run needs to go on as if it had never stopped.
import Foundation
import Optimisers
import Weights

/// What is saved beside a network while it learns. Going on from it gives the same numbers, to the bit, as not having stopped.
public struct TrainingState: Sendable {
  /// A picture as the network painted it after some steps.
  public struct Preview: Equatable, Sendable {
    /// Steps that were made.
    public var step: Int
    /// Which of the pictures that are shown.
    public var number: Int
    /// A JPEG file.
    public var jpeg: [UInt8]
  }

  /// What is learnt, by name, in the order of the optimiser's numbers.
  public var weights: [TrainedTensor]
  /// What belongs to the network and does not learn, by name.
  public var fixed: [TrainedTensor] = []
  /// What the training remembers beside numbers that learn: pictures that were made.
  public var memory: [TrainedTensor] = []
  /// What the optimiser remembers.
  public var optimiser: Adam.State
  /// Steps that were made.
  public var step = 0
  /// Of each list of pictures the number of the next one.
  public private(set) var nextPictures: [Int] = []
  /// Seconds that the steps took, previews and checkpoints not counted.
  public var seconds = 0.0
  /// Of all steps.
  public var losses: LossHistory
  /// Of some steps, oldest first.
  public var previews: [Preview] = []
  /// What the run was asked to do.
  public var facts: [TrainingFact] = []
  /// What the network's styles are called.
  public var styles: [String] = []

  /// Before the first step.
  public init(weights: [TrainedTensor], lossNames: [String]) {
    self.weights = weights
    let zeros = [Float](repeating: 0, count: weights.reduce(0) { $0 + $1.floats.count })
    optimiser = Adam.State(steps: 0, means: zeros, squares: zeros)
    losses = LossHistory(names: lossNames)
  }

  /// How many numbers are learnt.
  var numberCount: Int { weights.reduce(0) { $0 + $1.floats.count } }

  /// The number of the next picture of a list.
  public func nextPicture(_ list: Int) -> Int { nextPictures.indices.contains(list) ? nextPictures[list] : 0 }

  /// Goes on with this picture of a list.
  mutating func goOn(with picture: Int, of list: Int = 0) {
    while nextPictures.count <= list { nextPictures.append(0) }
    nextPictures[list] = picture
  }

  /// What the file says it is.
  private static let format = "stylehost training state 2"

  /// Where the state of a run lies whose network is written to `path`.
  public static func path(beside path: String) -> String { (path as NSString).deletingPathExtension + ".training" }

  /// Writes it, all or nothing.
  public func write(to path: String) throws(TrainingError) {
    do throws(WeightsError) {
      var tensors: [NamedTensor] = []
      for tensor in weights { tensors.append(try NamedTensor(tensor).renamed("network.\(tensor.name)")) }
      for tensor in fixed { tensors.append(try NamedTensor(tensor).renamed("fixed.\(tensor.name)")) }
      for tensor in memory { tensors.append(try NamedTensor(tensor).renamed("memory.\(tensor.name)")) }
      for (name, floats) in [("means", optimiser.means), ("squares", optimiser.squares)] {
        tensors.append(try NamedTensor(name: "adam.\(name)", shape: [floats.count], floats: floats))
      }
      tensors.append(
        try NamedTensor(name: "losses", shape: [losses.count, losses.names.count], floats: losses.numbers))
      for preview in previews {
        tensors.append(
          try NamedTensor(
            name: "preview.\(preview.step).\(preview.number)", elementType: .uint8, shape: [preview.jpeg.count],
            contents: preview.jpeg))
      }
      try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
    } catch {
      throw TrainingError(error)
    }
  }

  private var metadata: [String: String] {
    [
      "format": Self.format, "step": "\(step)", "optimiser.steps": "\(optimiser.steps)",
      "next pictures": nextPictures.map(String.init).joined(separator: ","), "seconds": "\(seconds)",
      "losses": losses.names.joined(separator: ","),
      "weights": weights.map(\.name).joined(separator: ","),
      "fixed": fixed.map(\.name).joined(separator: ","), "memory": memory.map(\.name).joined(separator: ","),
      "styles": styles.joined(separator: "\n"),
      "facts": facts.map { "\($0.name)=\($0.value)" }.joined(separator: "\n"),
    ]
  }

  /// Reads it.
  /// - Throws: `model` for a file that is no such state, or is damaged.
  public init(readingFrom path: String) throws(TrainingError) {
    do throws(WeightsError) {
      self = try Self.read(try WeightFile.open(path: path))
    } catch {
      throw TrainingError(error)
    }
  }

  private static func read(_ file: WeightFile) throws(WeightsError) -> TrainingState {
    let facts = file.metadata
    func failure(_ reason: String) -> WeightsError { file.failure(reason) }
    func whole(_ key: String) throws(WeightsError) -> Int {
      guard let value = facts[key].flatMap(Int.init), value >= 0 else { throw failure("'\(key)' is not a count") }
      return value
    }
    func floats(_ name: String) throws(WeightsError) -> (shape: [Int], floats: [Float]) {
      guard let tensor = file.tensor(named: name) else { throw failure("tensor '\(name)' is missing") }
      return (tensor.shape, try tensor.floats())
    }
    guard facts["format"] == format else { throw failure("it is not the state of a training that this version wrote") }
    func tensors(_ kind: String, _ names: String) throws(WeightsError) -> [TrainedTensor] {
      var tensors: [TrainedTensor] = []
      let all = (facts[names] ?? "").split(separator: ",").map(String.init)
      guard Set(all).count == all.count else { throw failure("'\(names)' names a tensor twice") }
      for name in all {
        let (shape, numbers) = try floats("\(kind).\(name)")
        tensors.append(TrainedTensor(name: name, shape: shape, floats: numbers))
      }
      return tensors
    }
    let names = (facts["losses"] ?? "").split(separator: ",").map(String.init)
    var state = TrainingState(weights: try tensors("network", "weights"), lossNames: names)
    (state.fixed, state.memory) = (try tensors("fixed", "fixed"), try tensors("memory", "memory"))
    let count = state.optimiser.means.count
    state.optimiser = Adam.State(
      steps: try whole("optimiser.steps"), means: try floats("adam.means").floats,
      squares: try floats("adam.squares").floats)
    let losses = try floats("losses")
    guard state.optimiser.means.count == count, state.optimiser.squares.count == count,
      losses.shape == [try whole("step"), names.count]
    else { throw failure("its parts do not fit together") }
    state.step = try whole("step")
    for next in (facts["next pictures"] ?? "").split(separator: ",") {
      guard let next = Int(next), next >= 0 else { throw failure("'next pictures' are no counts") }
      state.nextPictures.append(next)
    }
    state.seconds = facts["seconds"].flatMap(Double.init) ?? 0
    state.losses = LossHistory(names: names, numbers: losses.floats)
    state.previews = file.tensors.compactMap(Preview.init).sorted { ($0.step, $0.number) < ($1.step, $1.number) }
    state.styles = (facts["styles"] ?? "").split(separator: "\n").map(String.init)
    state.facts = (facts["facts"] ?? "").split(separator: "\n").compactMap { line in
      line.firstIndex(of: "=").map { TrainingFact(String(line[..<$0]), String(line[line.index(after: $0)...])) }
    }
    return state
  }
}

extension TrainingState.Preview {
  /// nil for a tensor that is something else.
  fileprivate init?(_ tensor: NamedTensor) {
    let parts = tensor.name.split(separator: ".")
    guard parts.count == 3, parts[0] == "preview", tensor.elementType == .uint8, let step = Int(parts[1]),
      let number = Int(parts[2])
    else { return nil }
    self.init(step: step, number: number, jpeg: tensor.contiguousBytes())
  }
}

extension WeightFile {
  /// What is wrong with the file.
  fileprivate func failure(_ reason: String) -> WeightsError { WeightsError(loading: path, reason) }
}
