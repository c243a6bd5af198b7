// What a picture teaches a generator whose translations a classifier shall understand.
import Networks
import PluginKit

/// Hou, Zheng: Visualizing Adapted Knowledge in Domain Transfer, CVPR 2021. The target model looks at the picture and the source model at its translation:
/// both shall see the same. In a first stage the source model looks at both, so that the generator begins with leaving pictures alone.
final class SFITLesson {
  let lossNames: [String]
  /// Of the first stage; nil once it is over.
  private var warmUp: LearningGraph?
  private let main: LearningGraph
  private let warmUpSteps: Int
  private let picture: KeptImage

  /// What the first stage has beside the distillation: how far translations are from pictures, and their maps from those of pictures.
  private static let firstTerms = ["image", "map"]

  /// - Parameter step: steps that were made.
  init(
    _ host: TrainingHost, _ networks: SFITNetworks, _ settings: SFITSettings, step: Int
  ) throws(PluginError) {
    let size = BuiltGraph.Size(square: settings.run.cut.size)
    picture = try KeptImage(host, square: settings.run.cut.size)
    main = try LearningGraph(host.services, "SFIT", sizes: [size]) { g in Self.parts(networks, settings, in: g) }
    if step < settings.warmUp {
      warmUp = try LearningGraph(host.services, "SFIT's first stage", sizes: [size]) { g in
        Self.firstParts(networks, in: g)
      }
    }
    warmUpSteps = settings.warmUp
    lossNames = Self.lossNames(settings)
  }

  /// "total", then the terms of both stages.
  static func lossNames(_ settings: SFITSettings) -> [String] {
    var names = ["total"]
    if settings.warmUp > 0 { names += firstTerms + [SFITTerm.kd.rawValue] }
    return names + settings.terms.map(\.term.rawValue).filter { !names.contains($0) }
  }

  /// Input: a picture [3, size, size], 0...255.
  static func parts(
    _ networks: SFITNetworks, _ settings: SFITSettings, in g: borrowing GraphBuilder
  ) -> LearningGraph.Parts {
    let picture = g.signed(g.input("picture", channels: 3))
    let translation = networks.generator(picture, in: g)
    g.endLearning()
    let teacher = networks.target(picture, in: g)
    let student = networks.source(translation, in: g)
    let planes = networks.source.mapPlanes
    var terms = WeightedTerms()
    var weights: [Double] = []
    for (term, weight) in settings.terms {
      let value =
        switch term {
        case .kd:
          g.divergence(of: student.logits, from: teacher.logits, classes: networks.source.classCount)
        case .relationship: g.relationship(student.map, teacher.map, planes: planes)
        case .identity: g.meanDifference(translation, picture)
        case .tv: g.variation(translation)
        case .style: g.meanSquaredDifference(g.gram(student.map), g.gram(teacher.map))
        }
      terms.add(term.rawValue, value)
      weights.append(weight)
    }
    return LearningGraph.Parts(loss: terms.sum(times: weights, in: g))
  }

  /// Input: a picture [3, size, size], 0...255. What the source model makes of it is what it shall make of the translation.
  static func firstParts(_ networks: SFITNetworks, in g: borrowing GraphBuilder) -> LearningGraph.Parts {
    let picture = g.signed(g.input("picture", channels: 3))
    let translation = networks.generator(picture, in: g)
    g.endLearning()
    let teacher = networks.source(picture, in: g)
    let student = networks.source(translation, in: g)
    var terms = WeightedTerms()
    terms.add(firstTerms[0], g.meanDifference(translation, picture))
    terms.add(firstTerms[1], g.meanDifference(student.map, teacher.map))
    terms.add(
      SFITTerm.kd.rawValue,
      g.divergence(of: student.logits, from: teacher.logits, classes: networks.source.classCount))
    return LearningGraph.Parts(loss: terms.sum(times: [1, 1, 1], in: g))
  }

  /// Working memory of a picture.
  var arenaBytes: Int { max(main.arenaBytes, warmUp?.arenaBytes ?? 0) }

  /// Learns from now on with these numbers, as the stage of a step does.
  func use(_ numbers: LearntNumbers, step: Int) {
    if step >= warmUpSteps { warmUp = nil }
    (warmUp ?? main).use(numbers)
  }

  /// Adds losses and gradients of what a picture teaches, times `share`.
  func learn(
    from photo: Picture, share: Float, _ numbers: LearntNumbers, adding losses: inout [Float], _ gradient: inout [Float]
  ) throws(PluginError) {
    photo.write(to: picture.target)
    let graph = warmUp ?? main
    try graph.run([picture.image])
    graph.addLosses(times: share, to: &losses, of: lossNames)
    graph.addGradients(of: numbers, times: share, to: &gradient)
  }
}
