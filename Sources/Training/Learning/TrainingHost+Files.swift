// Networks that come as several files.
import PluginKit
import Weights

extension TrainingHost {
  /// The tensors of several files as one set, which messages call by the files' names. Whole numbers, such as counts of batches, are left out.
  /// - Throws: `model` for a file that cannot be read, and for a tensor that two of them have.
  func open(merging paths: [String]) throws(TrainingError) -> WeightSet {
    var tensors: [TrainedTensor] = []
    var owners: [String: String] = [:]
    for path in paths {
      let file = try TrainingError.ofWeights { () throws(WeightsError) in try WeightFile.open(path: path) }
      for tensor in file.tensors where tensor.elementType.isFloatingPoint {
        if let other = owners.updateValue(path, forKey: tensor.name) {
          throw TrainingError(
            .model, "cannot load \(path): '\(tensor.name)' is in \(other) too: name the file of each part once")
        }
        let floats = try TrainingError.ofWeights { () throws(WeightsError) in try tensor.floats() }
        tensors.append(TrainedTensor(name: tensor.name, shape: tensor.shape, floats: floats))
      }
    }
    let name = paths.map { String($0.split(separator: "/").last ?? "") }.joined(separator: " + ")
    return try TrainingError.ofNetwork { () throws(PluginError) in try memory(tensors, named: name) }
  }
}
