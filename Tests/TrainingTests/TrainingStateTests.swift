// States that are saved and read again.
import Foundation
import TestFolders
import Testing
import Weights

@testable import Training

@Suite("States of trainings")
struct TrainingStateTests {
  private func state() -> TrainingState {
    var state = TrainingState(
      weights: [
        TrainedTensor(name: "b", shape: [2], floats: [1, 2]),
        TrainedTensor(name: "a", shape: [1, 3], floats: [-1, 0.1, 1e-30]),
      ], lossNames: ["total", "style"])
    state.losses.append([3, 4])
    state.losses.append([1, 2])
    (state.step, state.seconds) = (2, 1.25)
    state.goOn(with: 9, of: 1)
    state.optimiser.steps = 2
    state.optimiser.means = [1, 2, 3, 4, 5]
    state.previews = [.init(step: 2, number: 1, jpeg: [1, 2, 3])]
    state.styles = ["A b", "c"]
    state.facts = [TrainingFact("content", "a=b, c"), TrainingFact("batch", "4")]
    return state
  }

  @Test("A state comes back as it was, to the bit and in its order")
  func roundTrip() throws {
    let scratch = try Scratch()
    let (saved, path) = (state(), scratch.path("style.training"))
    try saved.write(to: path)
    let read = try TrainingState(readingFrom: path)
    #expect(read.weights == saved.weights && read.styles == ["A b", "c"])
    #expect(read.optimiser == saved.optimiser && read.losses == saved.losses && read.facts == saved.facts)
    #expect(read.previews == saved.previews && read.step == 2 && read.nextPictures == [0, 9] && read.seconds == 1.25)
  }

  @Test("A file that is something else, and a state whose parts do not fit, are refused in one line")
  func refusals() throws {
    let scratch = try Scratch()
    let path = scratch.path("style.training")
    try SafetensorsWriter.write([try NamedTensor(name: "a", shape: [1], floats: [1])], to: path)
    let other = #expect(throws: TrainingError.self) { try TrainingState(readingFrom: path) }
    #expect(other?.description.contains("it is not the state of a training") == true)
    var broken = state()
    broken.step = 3
    try broken.write(to: path)
    let unfit = #expect(throws: TrainingError.self) { try TrainingState(readingFrom: path) }
    #expect(unfit?.description.hasSuffix("its parts do not fit together") == true)
    #expect(throws: TrainingError.self) { try TrainingState(readingFrom: scratch.path("none")) }
  }

  @Test("Losses of a training that goes on with other terms keep their columns")
  func columns() {
    var history = LossHistory(names: ["total", "content"])
    history.append([3, 1])
    let changed = history.renamed(["total", "noise", "content"])
    #expect(changed.count == 1 && (0..<3).map { changed.value(0, $0) } == [3, 0, 1])
  }

  @Test("Half precision rounds to the nearest")
  func halves() throws {
    let tensor = try NamedTensor(TrainedTensor(name: "t", shape: [3], floats: [1, 1.0006, -2048.9]), at: .float16)
    #expect(tensor.elementType == .float16)
    #expect(try tensor.floats() == [1, 1.0009766, -2048])
  }
}
