// How many pictures classifiers tell right, as they are and translated.
import Foundation
import Networks
import PluginKit
import Weights

/// Measures both models of SFIT on pictures whose classes are known: what the source model makes of translations shall be what the target model makes of the
/// pictures themselves.
final class SFITAccuracy {
  /// A picture that is not yet read, and its class, 0, 1, ...
  typealias Example = (place: ContentPlace, label: Int)

  /// How many pictures there were, and how many of them a model told right.
  struct Count: Equatable {
    var pictures = 0
    /// The source model and the target model on the pictures as they are, and the source model on their translations.
    var source = 0, target = 0, translated = 0
  }

  private var examples: [Example]
  private let folder: String
  private let cut: PictureCut
  private let voice: TrainingVoice
  /// Both models on a picture.
  private let still: CompiledGraph
  /// The source model on a translation.
  private let graph: BuiltGraph
  private let moving: CompiledGraph
  private let picture: KeptImage, logits: [KeptImage]
  /// What does not change while a generator learns; nil before the first measurement.
  private var known: Count?

  /// - Parameter examples: of `folder`, as `examples` finds them.
  init(
    _ host: TrainingHost, _ networks: SFITNetworks, _ settings: SFITSettings, _ folder: String, _ examples: [Example],
    _ voice: TrainingVoice
  ) throws(PluginError) {
    var cut = PictureCut(size: settings.run.cut.size)
    cut.photoSize = settings.run.cut.photoSize
    (self.examples, self.folder, self.cut, self.voice) = (examples, folder, cut, voice)
    let g = try GraphBuilder(host: host.services, name: "accuracy")
    let image = g.signed(g.input("picture", channels: 3))
    let (ours, theirs) = (networks.source(image, in: g).logits, networks.target(image, in: g).logits)
    still = try g.finish(outputs: [ours, theirs]).compile(BuiltGraph.Size(square: cut.size))
    let h = try GraphBuilder(host: host.services, name: "accuracy on translations")
    h.learn { _ in true }
    let translation = networks.generator(h.signed(h.input("picture", channels: 3)), in: h)
    h.endLearning()
    let answer = networks.source(translation, in: h)
    graph = try h.finish(outputs: [answer.logits])
    moving = try graph.compile(BuiltGraph.Size(square: cut.size))
    picture = try KeptImage(host: host.services, channels: 3, height: cut.size, width: cut.size)
    var logits: [KeptImage] = []
    for _ in 0..<2 {
      logits.append(
        try KeptImage(host: host.services, channels: networks.source.classCount, height: 1, width: 1))
    }
    self.logits = logits
  }

  /// Counts on all pictures, with these numbers of the generator. Pictures that cannot be read are told of once and left out.
  func measure(_ numbers: LearntNumbers) throws(TrainingError) -> Count {
    numbers.write(to: graph.variables, style: 0)
    graph.refresh()
    let isFirst = known == nil
    var (count, unread) = (Count(), Set<ContentPlace>())
    for (place, label) in examples {
      var draws = SplitMix64(seed: 0)
      let photo: Picture
      do throws(TrainingError) {
        photo = try PictureLoader.load(place, cut, &draws)
      } catch {
        voice.warn("\(error.description); it is left out")
        unread.insert(place)
        continue
      }
      photo.write(to: picture.target)
      count.pictures += 1
      if isFirst {
        try TrainingError.ofNetwork { () throws(PluginError) in
          try still.run([picture.image], to: logits.map(\.target))
        }
        if choice(0) == label { count.source += 1 }
        if choice(1) == label { count.target += 1 }
      }
      try TrainingError.ofNetwork { () throws(PluginError) in
        try moving.run([picture.image], to: [logits[0].target])
      }
      if choice(0) == label { count.translated += 1 }
    }
    examples.removeAll { unread.contains($0.place) }
    guard count.pictures > 0 else {
      throw TrainingError(.input, "none of the pictures in \(folder) can be read, on which the models are measured")
    }
    if let known { (count.source, count.target) = (known.source, known.target) }
    known = count
    return count
  }

  /// The class that a model takes a picture for.
  private func choice(_ model: Int) -> Int {
    let numbers = logits[model].image
    var best = 0
    for label in 0..<numbers.channels where numbers.row(0, plane: label)[0] > numbers.row(0, plane: best)[0] {
      best = label
    }
    return best
  }

  /// The pictures of a folder that has one folder for each class.
  static func examples(
    _ folder: String, classes: Int, warn: (String) -> Void
  ) throws(TrainingError) -> [Example] {
    var names: [String] = []
    for name in ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() {
      var isFolder: ObjCBool = false
      guard !name.hasPrefix("."), FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder),
        isFolder.boolValue
      else { continue }
      names.append(name)
    }
    guard !names.isEmpty else {
      throw TrainingError(
        .input, "there is no folder in \(folder): give one that holds a folder of pictures for each class")
    }
    let labels = Self.labels(names)
    for (name, label) in zip(names, labels) where !(label >= 0 && label < classes) {
      throw TrainingError(
        .input, "\(folder)/\(name) cannot be a class: the models tell \(classes) apart, 0...\(classes - 1)")
    }
    var examples: [Example] = []
    for (name, label) in zip(names, labels) {
      let list = try ContentList(["\(folder)/\(name)"], warn: warn)
      for place in list.places { examples.append((place: place, label: label)) }
    }
    return examples
  }

  /// The classes that sorted names stand for: themselves where all are whole numbers, else their places.
  static func labels(_ names: [String]) -> [Int] {
    let numbers = names.compactMap { Int($0) }
    return numbers.count == names.count ? numbers : Array(names.indices)
  }
}

extension SFITAccuracy.Count {
  private func share(_ right: Int) -> String {
    String(format: "%.1f%%", 100 * Double(right) / Double(max(1, pictures)))
  }

  /// As rows of the report and the model card.
  var facts: [TrainingFact] {
    [
      TrainingFact("accuracy, source on target pictures", share(source)),
      TrainingFact("accuracy, target on target pictures", share(target)),
      TrainingFact("accuracy, source on translations", share(translated)),
      TrainingFact("accuracy, pictures", "\(pictures)"),
    ]
  }

  /// "right of 300 pictures: source 43.2%, target 95.0%, source on translations 88.1%"
  var line: String {
    let shares = "source \(share(source)), target \(share(target)), source on translations \(share(translated))"
    return "right of \(pictures) picture\(pictures == 1 ? "" : "s"): \(shares)"
  }
}
