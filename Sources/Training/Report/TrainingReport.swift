// The report of a training: a page to look at.
import Foundation

/// Curves, previews and facts in one file of HTML that needs nothing else, and can be looked at while the training goes on.
struct TrainingReport {
  let card: ModelCard
  let state: TrainingState
  /// What is painted; nil where there is nothing to see.
  let gallery: Gallery?
  let progress: TrainingProgress

  /// Writes the page, all or nothing.
  func write(to path: String) throws(TrainingError) {
    do {
      try Data(html.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw TrainingError(.output, "cannot write the report \(path): \(error.localizedDescription)")
    }
  }

  var html: String {
    var body = ["<h1>\(HTML.escaped(card.title))</h1>", "<p class=\"lead\">\(HTML.escaped(lead))</p>"]
    if let chart = LossChart(state.losses) {
      body += ["<h2>Losses</h2>", "<p>\(chart.legend)</p>", chart.svg]
    }
    if let gallery { body += ["<h2>Previews</h2>"] + rows(of: gallery) }
    body += ["<h2>What was asked for</h2>", HTML.table(card.facts), "<pre>\(HTML.escaped(card.command))</pre>"]
    body += ["<h2>Times</h2>", HTML.table(times)]
    return HTML.page(title: "\(card.title): training", body)
  }

  private var lead: String {
    let end = progress.left.map { $0 > 0 ? ", \(TrainingProgress.clock($0)) left" : "" } ?? ""
    return
      "\(card.architecture), after \(state.step) step\(state.step == 1 ? "" : "s") in \(TrainingProgress.clock(state.seconds))\(end)"
  }

  /// Newest first, below what they are made of.
  private func rows(of gallery: Gallery) -> [String] {
    func row(_ title: String, _ words: String, _ pictures: [[UInt8]?]) -> String {
      let cells = pictures.map { "<div>\($0.map { HTML.picture($0, words) } ?? "")</div>" }
      return "<div class=\"row\"><b>\(title)</b>\(cells.joined())</div>"
    }
    return gallery.heads.map { row($0.title, $0.words, $0.pictures) }
      + Set(state.previews.map(\.step)).sorted(by: >).map { step in
        row("step \(step)", "after step \(step)", state.previews.filter { $0.step == step }.map(\.jpeg))
      }
  }

  private var times: [TrainingFact] {
    [
      TrainingFact("steps", TrainingProgress.clock(state.seconds)),
      TrainingFact("a step, lately", String(format: "%.3f s", progress.secondsPerStep)),
      TrainingFact("images per second, lately", String(format: "%.2f", progress.imagesPerSecond)),
      TrainingFact("written", Date().formatted(.iso8601)), TrainingFact("by", card.program),
    ]
  }
}
