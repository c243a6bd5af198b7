// The numbers that a training begins with: drawn, of another network, or of an earlier part of itself.
import Foundation
import Networks
import PluginKit
import Weights

/// A network before its next step.
struct StartingPoint {
  /// All of its tensors.
  let weights: [TrainedTensor]
  /// What its styles are called, and which of them are learnt.
  let names: [String], learnt: Range<Int>
  /// The state to go on from, where there is one.
  let earlier: TrainingState?

  /// - Throws: `output` where something would be overwritten that nobody spoke of, `model` for a network of another width or with other
  ///   styles.
  init(_ settings: JohnsonSettings, colours: Colours) throws(TrainingError) {
    let titles = settings.styles.map { ModelCard.title(fromFile: ($0 as NSString).lastPathComponent) }
    let state = TrainingState.path(beside: settings.run.output)
    if let earlier = try settings.run.earlier() {
      (weights, self.earlier) = (try Self.checked(earlier.weights, settings, state), earlier)
      let count = try LearntNumbers(weights).styleCount
      guard settings.isAdding ? count > titles.count : count == titles.count else {
        throw TrainingError(.model, "cannot resume \(state): its network is one of other styles")
      }
      (names, learnt) = (earlier.styles, count - titles.count..<count)
      return
    }
    earlier = nil
    guard let start = settings.start else {
      weights = try Self.fresh(settings.form, seed: settings.run.seed, colours).withRows(of: titles.map { _ in 0 })
      (names, learnt) = (titles, 0..<titles.count)
      return
    }
    let (found, known) = try Self.read(start)
    let first = try Self.style(settings.startStyle, of: known, in: start)
    let kept = settings.isAdding ? Array(known.indices) : []
    let isSame = !settings.isAdding && settings.startStyle == nil && known.count == titles.count
    weights = try Self.checked(found, settings, start)
      .withRows(of: isSame ? Array(known.indices) : kept + titles.map { _ in first })
    (names, learnt) = (kept.map { known[$0] } + titles, kept.count..<kept.count + titles.count)
  }

  /// How much of the styles' deviation the last layer begins with. Of 1, 0.5, 0.3 and 0.1 the two in the middle have the lowest loss after
  /// 60 steps, of a real-time net 0.5 and of a standard one 0.3: louder is noise that has to be unlearnt, quieter is hardly a picture.
  private static let loudness: Float = 0.4

  /// What `stylehost models init` writes, but for the last layer: it begins calmly, with the colours of the styles. Drawn as the others are it would
  /// paint black with a noise of one level of 255, and Adam, whose steps are as long for every number, would need thousands of them
  /// to get away from there.
  private static func fresh(_ form: NetworkForm, seed: UInt64, _ colours: Colours) throws(TrainingError)
    -> [TrainedTensor]
  {
    let network = try TrainingError.ofNetwork { () throws(PluginError) in try form.fresh() }
    var tensors = try network.drawn(seed: seed)
    for t in tensors.indices {
      let count = tensors[t].floats.count
      if tensors[t].name == form.ends.last + ".bias" {
        // Its planes are those of a colour, then those of the next one.
        for i in 0..<count { tensors[t].floats[i] = Float(colours.means[i * 3 / count]) }
      }
      if tensors[t].name == form.ends.last + ".weight" {
        calm(&tensors[t].floats, planes: tensors[t].shape.first ?? 3, colours)
      }
    }
    return tensors
  }

  /// The weight of the last layer, [planes][...], as it begins. All planes of a colour are alike, so that a sub-pixel convolution begins as
  /// a convolution and a nearest enlargement (ICNR: Aitken et al. 2017); drawn apart they begin as a grid.
  private static func calm(_ floats: inout [Float], planes: Int, _ colours: Colours) {
    let (plane, ofColour) = (floats.count / max(1, planes), floats.count / 3)
    for i in floats.indices {
      let (colour, place) = (i / ofColour, i % ofColour % plane)
      floats[i] =
        place == i % ofColour
        ? floats[i] * Self.loudness * Float(colours.deviations[colour]) : floats[colour * ofColour + place]
    }
  }

  /// A network's tensors and the names of its styles, numbers where it names none.
  private static func read(_ path: String) throws(TrainingError) -> ([TrainedTensor], [String]) {
    let (tensors, metadata) = try TrainedTensor.read(path)
    let text = metadata["stylehost.styles"] ?? metadata["title"].map { "[\"\($0)\"]" } ?? ""
    let count = try LearntNumbers(tensors).styleCount
    let names = (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
    return (tensors, (0..<count).map { names.indices.contains($0) ? names[$0] : "\($0)" })
  }

  private static func style(_ wanted: String?, of names: [String], in path: String) throws(TrainingError) -> Int {
    guard let wanted else { return 0 }
    guard let found = names.firstIndex(of: wanted) ?? Int(wanted).flatMap({ names.indices.contains($0) ? $0 : nil })
    else {
      throw TrainingError(
        .usage, "there is no style '\(wanted)' in \(path): it has \(names.joined(separator: ", "))")
    }
    return found
  }

  /// A network of the width that was asked for.
  private static func checked(
    _ weights: [TrainedTensor], _ settings: JohnsonSettings, _ path: String
  ) throws(TrainingError) -> [TrainedTensor] {
    let form = settings.form
    guard let width = weights.first(where: { $0.name == form.ends.first })?.shape.first else {
      throw TrainingError(.model, "cannot load \(path): its network is of another kind than the preset's")
    }
    guard width != form.width else { return weights }
    throw TrainingError(
      .model, "cannot load \(path): its network is of width \(width), and one of width \(form.width) was asked for")
  }
}
