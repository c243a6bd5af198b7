// Curves and words of a report.
import Testing

@testable import Training

@Suite("Reports of trainings")
struct TrainingReportTests {
  private func history(_ rows: [[Float]]) -> LossHistory {
    var history = LossHistory(names: ["total", "style"])
    for row in rows { history.append(row) }
    return history
  }

  @Test("A curve is the means of equal parts of the steps")
  func curve() {
    let history = history((0..<10).map { [Float($0), 1] })
    #expect(history.curve(0, most: 5).map(\.mean) == [0.5, 2.5, 4.5, 6.5, 8.5])
    #expect(history.curve(0, most: 5).map(\.step) == [1.5, 3.5, 5.5, 7.5, 9.5])
    #expect(history.curve(0, most: 99).map(\.mean) == (0..<10).map(Double.init))
    #expect(history.recent(0, most: 2) == 8.5)
  }

  @Test("Lines across are round numbers inside of the drawing, more of them where the loss moves little")
  func marks() throws {
    let wide = try #require(LossChart(history([[1e4, 2], [10, 0.1]])))
    #expect(wide.valueMarks.map(\.label) == ["10", "1e+02", "1e+03", "1e+04"])
    let narrow = try #require(LossChart(history([[300, 250], [240, 230]])))
    #expect(narrow.valueMarks.map(\.value) == [300, 400])
    #expect(narrow.stepMarks == [0, 1, 2])
  }

  @Test("Without a step, or without a loss above 0, there is no drawing")
  func nothing() {
    #expect(LossChart(history([])) == nil)
    #expect(LossChart(history([[0, 0]])) == nil)
  }

  @Test("Texts from outside mean nothing in the page")
  func escaping() {
    #expect(HTML.escaped("<b>\"a\" & b</b>") == "&lt;b&gt;&quot;a&quot; &amp; b&lt;/b&gt;")
  }

  @Test("Progress is one line: step, losses, speed, time to go")
  func progress() {
    let progress = TrainingProgress(
      step: 120, steps: 2000, seconds: 60, limit: nil, losses: [("total", 4.6e5), ("style", 3.37e5)],
      imagesPerSecond: 8.2,
      secondsPerStep: 0.5)
    #expect(progress.line == "step 120/2000  total 4.6e+05  style 3.37e+05  8.2 images/s  0:15:40 left")
  }

  @Test(
    "Times are read as people write them", arguments: [("90s", 90.0), ("45m", 2700), ("1h30m", 5400), ("0.5h", 1800)])
  func time(text: String, seconds: Double) throws { #expect(try TrainingTime.seconds(text) == seconds) }

  @Test("What is no time is refused", arguments: ["", "45", "m", "10m5h", "-3m", "0s", "1e9h"])
  func noTime(text: String) { #expect(throws: TrainingError.self) { try TrainingTime.seconds(text) } }

  @Test("A command can be given to a shell again, and a title is made of a file's name")
  func words() {
    #expect(
      ModelCard.command(["/bin/stylehost", "train", "a b.jpg", "it's"]) == "stylehost train 'a b.jpg' 'it'\\''s'")
    #expect(ModelCard.title(fromFile: "starry_night.jpg") == "Starry night")
    #expect(ModelCard.title(fromFile: "great-wave.of.png") == "Great wave.of")
  }
}
