// How the learning rate falls in the course of a run, against closed forms.
import Testing

@testable import Training

@Suite("The learning rate falls as its schedule says")
struct RateScheduleTests {
  /// Expects shares of the rate after some steps, when some of the run is over.
  private func expect(
    _ schedule: RateSchedule, _ places: [(step: Int, used: Double, share: Double)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for place in places {
      let share = schedule.share(step: place.step, used: place.used)
      #expect(
        abs(share - place.share) <= 1e-12, "\(schedule) after \(place.step) steps, \(place.used) of the run: \(share)",
        sourceLocation: sourceLocation)
    }
  }

  @Test("Linear: all of it, then evenly to nothing in the last part of the run, however many steps that is")
  func linear() {
    expect(
      .linear(last: 0.4), [(0, 0, 1), (9, 0.6, 1), (0, 0.7, 0.75), (7, 0.8, 0.5), (9, 0.9, 0.25), (1_000_000, 1, 0)])
    expect(.linear(last: 1), [(0, 0, 1), (3, 0.25, 0.75), (9, 1, 0)])
    expect(.linear(last: 0), [(0, 0, 1), (9, 0.999, 1), (10, 1, 1)])
    // A run may take a little longer than it was given.
    expect(.linear(last: 0.4), [(9, 1.2, 0)])
  }

  @Test("Cosine: half a wave from all to nothing over the whole run")
  func cosine() {
    expect(
      .cosine, [(0, 0, 1), (5, 1.0 / 3, 0.75), (5, 0.5, 0.5), (99, 2.0 / 3, 0.25), (100, 1, 0), (101, 1.5, 0)])
  }

  @Test("Inverse: 1 / (1 + share * step), however long the run is")
  func inverse() {
    expect(
      .inverse(share: 5e-5), [(0, 0, 1), (0, 1, 1), (20_000, 0.1, 0.5), (60_000, 1, 0.25), (160_000, 0.5, 1.0 / 9)])
  }

  @Test("Halving: half as much after every so many steps, not before, however long the run is")
  func halving() {
    expect(
      .halving(steps: 100),
      [(0, 0, 1), (99, 0.99, 1), (100, 0, 0.5), (199, 1, 0.5), (200, 0.5, 0.25), (1000, 1, 1.0 / 1024)])
    expect(.halving(steps: 0), [(0, 0, 1), (3, 0, 0.125)])
  }

  @Test("A run follows its steps or its time, whichever is nearer to its end")
  func nearerEnd() {
    var run = TrainingRun(content: [], output: "seeded.safetensors")
    (run.learningRate, run.schedule, run.steps, run.seconds) = (0.02, .linear(last: 0.5), 100, 50)
    let places: [(steps: Int, seconds: Double, rate: Double)] = [
      (0, 0, 0.02), (75, 10, 0.01), (10, 45, 0.004), (100, 10, 0),
    ]
    for place in places {
      #expect(abs(run.rate(steps: place.steps, seconds: place.seconds) - place.rate) <= 1e-12)
    }
    run.seconds = nil
    #expect(abs(run.rate(steps: 75, seconds: 1e9) - 0.01) <= 1e-12)
    (run.steps, run.seconds) = (nil, 50)
    #expect(abs(run.rate(steps: 1_000_000, seconds: 37.5) - 0.01) <= 1e-12)
  }

  @Test("A schedule's words tell it from every other one: a resumed run is compared by them")
  func words() {
    let schedules: [(RateSchedule, String)] = [
      (.linear(last: 0.3), "to nothing in the last 0.3"), (.linear(last: 1), "to nothing in the last 1"),
      (.cosine, "cosine"), (.inverse(share: 5e-5), "1 / (1 + 5e-05 * step)"),
      (.halving(steps: 100_000), "halved every 100000 steps"),
    ]
    for (schedule, words) in schedules { #expect(schedule.description == words) }
  }
}
