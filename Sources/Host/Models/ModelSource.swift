// ModelSource.swift - a model file that is converted, alone or as one part of several.

import Weights

/// A file to convert as a person types it: `FILE`, or `NAME=FILE` where several networks become one file.
public struct ModelSource: Sendable, Equatable {
  /// What its tensors are named after in the whole: "encoder" gives `encoder.conv1.weight`. Nil for a file that is the whole.
  public let name: String?
  /// The file.
  public let path: String

  /// Understands `FILE` and `NAME=FILE`. A text that is the path of a file is just that, whatever is in it.
  public init(parsing text: String, fileExists: (String) -> Bool = StyleSpec.isFile) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let isNamed =
      parts.count == 2 && !parts[0].isEmpty && parts[0].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    guard isNamed, !fileExists(text) else {
      (name, path) = (nil, text)
      return
    }
    (name, path) = (String(parts[0]), String(parts[1]))
  }

  /// One file of all sources: their tensors and what they say about themselves, each under its name.
  ///
  /// - Parameter target: the path it will have, for messages.
  /// - Throws: `HostError`: usage where one of several has no name of its own, plugin for a file that cannot be read.
  static func joined(_ sources: [ModelSource], target: String) throws(HostError) -> WeightFile {
    if sources.count > 1 {
      guard let nameless = sources.first(where: { $0.name == nil }) else {
        guard Set(sources.map(\.name)).count == sources.count else {
          throw HostError(.usage, "two parts have the same name: give each its own, as in encoder=FILE decoder=FILE")
        }
        return try assembled(sources, target: target)
      }
      throw HostError(
        .usage, "of several files each needs a name, as in encoder=FILE decoder=FILE: name '\(nameless.path)'")
    }
    return try assembled(sources, target: target)
  }

  private static func assembled(_ sources: [ModelSource], target: String) throws(HostError) -> WeightFile {
    var (tensors, metadata): ([NamedTensor], [String: String]) = ([], [:])
    do {
      for source in sources {
        let file = try WeightFile.open(path: source.path)
        guard let name = source.name else { return file }
        tensors += file.tensors.map { $0.renamed("\(name).\($0.name)") }
        // What a part says about the plugin it runs in is not true of the whole.
        for (key, value) in file.metadata where !key.hasPrefix("stylehost.") { metadata["\(name).\(key)"] = value }
      }
      return try WeightFile(tensors, metadata: metadata, path: target)
    } catch {
      throw HostError(error)
    }
  }
}
