// What the pictures of a batch teach a target model.
import Foundation
import Networks
import PluginKit

/// Hou, Zheng: Visualizing Adapted Knowledge in Domain Transfer, CVPR 2021, and its code: the target model shall be sure of a picture where the source model takes
/// the translation for the same class, and all classes shall come about equally often (the losses of SHOT: Liang et al., ICML 2020).
///
/// How often a class comes is known when all pictures of a batch have been looked at: they are looked at twice.
final class TargetLesson {
  /// The entropy of what the model says of pictures both agree on, and what the entropy of the mean of the batch lacks to that of all classes alike.
  static let lossNames = ["total", "entropy", "diversity"]

  /// What the target model says of a picture, and the source model of its translation.
  private let answers: BuiltGraph
  private let answering: CompiledGraph
  private let graph: LearningGraph
  private let picture: KeptImage
  /// [classes, 1, 1]: probabilities of the target model, logits of the source model; of the batch the logarithms of mean probabilities.
  private let probabilities: KeptImage, translated: KeptImage, means: KeptImage
  /// [1, 1, 1]: what the entropy of a picture counts.
  private let sureness: KeptImage
  private let classCount: Int

  init(_ host: TrainingHost, _ networks: TargetNetworks, size: Int) throws(PluginError) {
    let (services, classes) = (host.services, networks.target.classCount)
    picture = try KeptImage(host, square: size)
    probabilities = try KeptImage(host, numbers: classes)
    (translated, means) = (try KeptImage(host, numbers: classes), try KeptImage(host, numbers: classes))
    sureness = try KeptImage(host, numbers: 1)
    classCount = classes

    let g = try GraphBuilder(host: services, name: "answers")
    let image = g.signed(g.input("picture", channels: 3))
    g.learn(networks.learns)
    let ours = g.activate(g.logSoftmax(networks.target(image, in: g).logits, classes: classes), .exp)
    g.endLearning()
    let theirs = networks.source(networks.generator(image, in: g), in: g).logits
    answers = try g.finish(outputs: [ours, theirs])
    answering = try answers.compile(BuiltGraph.Size(square: size))
    graph = try LearningGraph(
      services, "target", sizes: [.init(square: size), .one, .one], changes: networks.learns
    ) { g in Self.parts(networks, in: g) }
  }

  /// Inputs: a picture [3, size, size], 0...255, what its entropy counts, and the logarithms of the batch's mean probabilities [classes, 1, 1].
  static func parts(_ networks: TargetNetworks, in g: borrowing GraphBuilder) -> LearningGraph.Parts {
    let picture = g.signed(g.input("picture", channels: 3))
    let (sureness, means) = (g.input("sureness", channels: 1), g.input("means", channels: networks.target.classCount))
    let logarithms = g.logSoftmax(
      networks.target(picture, in: g).logits, classes: networks.target.classCount)
    let probabilities = g.activate(logarithms, .exp)
    func expected(_ value: Value) -> Value {
      let mean = g.channelMean(g.combine(probabilities, value, .multiply))
      return g.scaled(mean, by: Double(networks.target.classCount), channels: 1)
    }
    var terms = WeightedTerms()
    terms.add("entropy", g.combine(expected(logarithms), sureness, .multiply))
    let most = log(Double(networks.target.classCount))
    terms.add("diversity", g.scaled(expected(means), plus: most, channels: 1))
    return LearningGraph.Parts(loss: terms.sum(times: [-1, 1], in: g))
  }

  /// Working memory of a picture.
  var arenaBytes: Int { max(answering.info.arenaBytes, graph.arenaBytes) }

  /// Learns from now on with these numbers.
  func use(_ numbers: LearntNumbers) {
    numbers.write(to: answers.variables, style: 0)
    answers.refresh()
    graph.use(numbers)
  }

  /// Adds the mean losses and gradients of the pictures of a batch.
  func learn(
    from batch: [Picture], _ numbers: LearntNumbers, adding losses: inout [Float], _ gradient: inout [Float]
  ) throws(PluginError) {
    var sums = [Double](repeating: 0, count: classCount)
    var agrees: [Bool] = []
    for photo in batch {
      photo.write(to: picture.target)
      try answering.run([picture.image], to: [probabilities.target, translated.target])
      for label in sums.indices { sums[label] += Double(probabilities.image.row(0, plane: label)[0]) }
      agrees.append(probabilities.choice == translated.choice)
    }
    // A class that comes nowhere would have the logarithm of 0; as much as single precision tells from 0 is enough.
    for label in sums.indices {
      means.target.row(0, plane: label)[0] = Float(log(max(sums[label] / Double(batch.count), 1e-30)))
    }
    let count = agrees.count { $0 }
    for (photo, agree) in zip(batch, agrees) {
      photo.write(to: picture.target)
      sureness.target.row(0, plane: 0)[0] = agree ? Float(batch.count) / Float(count) : 0
      try graph.run([picture.image, sureness.image, means.image])
      graph.addLosses(times: 1 / Float(batch.count), to: &losses, of: Self.lossNames)
      graph.addGradients(of: numbers, times: 1 / Float(batch.count), to: &gradient)
    }
  }
}
