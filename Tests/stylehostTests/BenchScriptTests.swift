// BenchScriptTests.swift - Scripts/bench as far as it goes without peers to download.

import Foundation
import Testing

@Suite("Scripts/bench")
struct BenchScriptTests {
  private let script = Program.root.path + "/Scripts/bench"

  @Test("--help shows how it is called")
  func help() throws {
    let outcome = try Program.shell("'\(script)' --help", in: Program.folder())
    #expect(outcome.code == 0)
    #expect(outcome.text.contains("--pipeline CLIP") && !outcome.text.contains("pipefail"))
  }

  @Test(
    "what it cannot do it says in one line",
    arguments: [
      ("--nonsense 1", "--nonsense is not known"), ("--nets", "--nets needs a value"),
      ("--rounds 0", "--rounds 0 is not a number from 1 on"), ("--frames x", "--frames x is not a number from 1 on"),
      ("--weights johnson", "--weights johnson is not NET=FILE"),
      ("--python /nonexistent --venv missing", "no Python 3.10 or later with venv and pip"),
    ])
  func mistakes(arguments: String, words: String) throws {
    let outcome = try Program.shell("'\(script)' \(arguments)", in: Program.folder())
    #expect(outcome.code == 1)
    #expect(outcome.words.contains(words), "\(outcome.words)")
    #expect(outcome.words.split(separator: "\n").count == 1, "\(outcome.words)")
  }
}
