// What a network says about itself: the metadata of its file.
import Foundation
import Weights

/// Who painted what it learnt, from which pictures, by which command, and what may be done with it.
public struct ModelCard: Equatable, Sendable {
  /// "Starry Night"
  public var title: String
  /// The plugin that runs it; nil for what no plugin runs.
  public var plugin: String?
  /// "Johnson transformer net (pytorch/examples), width 32"
  public var architecture = ""
  /// What it was made for, by name: "quality"; nil where it has none.
  public var preset: String?
  /// Planes after the first convolution.
  public var width = 0
  /// What its styles are called, in their order, where it has several.
  public var styles: [String] = []
  /// Of the network.
  public var licence: String?
  /// Who trained it.
  public var author: String?
  /// The command line that made it.
  public var command: String
  /// The program and its version.
  public var program: String
  /// Entries by which programs know the file.
  var entries: [String: String] = [:]
  /// Everything else worth knowing.
  public var facts: [TrainingFact] = []

  /// The card of a network of `plugin` that is to be trained.
  public init(title: String, plugin: String?, command: String, program: String) {
    (self.title, self.plugin, self.command, self.program) = (title, plugin, command, program)
  }

  /// Writes a network that carries this card, all or nothing.
  func write(
    _ weights: [TrainedTensor], precision: StoredPrecision, to path: String
  ) throws(TrainingError) {
    try TrainingError.ofWeights { () throws(WeightsError) in
      var tensors: [NamedTensor] = []
      for tensor in weights { tensors.append(try NamedTensor(tensor, at: precision)) }
      try SafetensorsWriter.write(tensors, metadata: metadata(at: Date()), to: path)
    }
  }

  /// "Starry night" of "starry_night.jpg" and of "starry-night.jpg".
  public static func title(fromFile name: String) -> String {
    let stem = (name as NSString).deletingPathExtension
    let words = String(stem.map { "_-".contains($0) ? " " : $0 })
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// "Cats" of "photos/cats/", the first of some paths.
  public static func title(fromPaths paths: [String]) -> String {
    title(fromFile: (((paths.first ?? "") as NSString).standardizingPath as NSString).lastPathComponent)
  }

  /// A command line as it can be given to a shell again.
  public static func command(_ arguments: [String]) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%")
    let quoted = arguments.dropFirst().map { argument in
      !argument.isEmpty && argument.allSatisfy(plain.contains)
        ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
    }
    return (["stylehost"] + quoted).joined(separator: " ")
  }

  /// As a file carries it, written at a moment.
  func metadata(at date: Date) -> [String: String] {
    var metadata = [
      "title": title, "stylehost.architecture": architecture, "stylehost.width": "\(width)",
      "training.command": command, "training.program": program,
      "training.date": date.formatted(.iso8601.year().month().day()),
    ]
    metadata["stylehost.plugin"] = plugin
    metadata.merge(entries) { $1 }
    if styles.count > 1, let names = try? JSONEncoder().encode(styles) {
      metadata["stylehost.styles"] = String(decoding: names, as: UTF8.self)
    }
    metadata["stylehost.preset"] = preset
    metadata["licence"] = licence
    metadata["author"] = author
    for fact in facts { metadata["training.\(fact.name.replacing(" ", with: "_"))"] = fact.value }
    return metadata
  }
}
