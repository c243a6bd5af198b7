// Networks that trainings read.
import Networks
import PluginKit

extension TrainingHost {
  /// A VGG by whose features pictures are compared.
  /// - Parameter domain: "torchvision", "caffe"; nil: as the file says.
  func vgg(_ path: String, domain: String?) throws(TrainingError) -> VGG {
    guard !path.isEmpty else {
      throw TrainingError(
        .usage,
        "pictures are compared by the features of a VGG, and those that come with the program were not found: name one as --vgg FILE"
      )
    }
    let domain = try Self.domain(domain)
    let file = try open(path)
    return try TrainingError.ofNetwork { () throws(PluginError) in try VGG(file, domain: domain) }
  }

  /// Pixels that a VGG was trained on, by name.
  static func domain(_ name: String?) throws(TrainingError) -> VGGDomain? {
    guard let name else { return nil }
    return try TrainingError.known(
      name, VGGDomain(rawValue: name), VGGDomain.allCases.map(\.rawValue), "pixel domain")
  }

  /// The tensors of several files as one set, which messages call by the files' names.
  /// - Throws: as `TrainedTensor.merged`.
  func open(merging paths: [String]) throws(TrainingError) -> WeightSet {
    let tensors = try TrainedTensor.merged(paths)
    let name = TrainingFact.names(of: paths, separator: " + ")
    return try TrainingError.ofNetwork { () throws(PluginError) in try memory(tensors, named: name) }
  }
}
