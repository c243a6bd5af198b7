// TrainingRun+Options.swift - what a training does without other options, as the help of its command says it.

import Foundation
import Training

extension TrainingRun {
  /// The options that ask for what it is told already: "--size 256 --no-random-crop --no-flip --batch 4 --learning-rate 0.001 --decay 0.3".
  /// A learning rate that falls in a way that no option asks for is said in words.
  var options: String {
    func number(_ value: Double) -> String { String(format: "%g", value) }
    var words = ["--size \(cut.size)"]
    if let photoSize = cut.photoSize { words.append("--photo-size \(photoSize)") }
    if cut.mostZoom > 1 { words.append("--zoom \(number(cut.mostZoom))") }
    words += [cut.isRandom ? "--random-crop" : "--no-random-crop", cut.isMirrored ? "--flip" : "--no-flip"]
    words += ["--batch \(batch)", "--learning-rate \(number(learningRate))"]
    let fall =
      switch schedule {
      case .linear(let last): " --decay \(number(last))"
      case .cosine: ", which falls to nothing as half a cosine"
      case .inverse(let share): ", divided by 1 + \(number(share)) * steps"
      case .halving(let steps): ", halved every \(steps) steps"
      }
    return words.joined(separator: " ") + fall
  }
}
