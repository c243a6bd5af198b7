// TimelineFileTests.swift - what a timeline file may say, and how every mistake in it is told in one line.

import Foundation
import TestFolders
import Testing

@testable import Host

private let runtime = "\"style\": \"a\", \"parameter\""

@Suite("a timeline file")
struct TimelineFileTests {
  private let library: PluginLibrary
  private let plugin: String

  init() throws {
    let folder = try PluginFixture.folder(["dial"])
    library = PluginLibrary(
      folders: [PluginFolder(path: folder)], executable: PluginFixture.executable, cacheFolder: try Scratch.lasting())
    plugin = folder + "/dial.so"
  }

  /// A file with the style "a" and these keyframes.
  private func timeline(
    _ keyframes: String, styles: String? = nil, given: [String] = []
  ) throws(HostError) -> Timeline {
    let text = "{\"styles\": \(styles ?? "{\"a\": \"\(plugin)\"}"), \"keyframes\": [\(keyframes)]}"
    let file = try TimelineFile(Data(text.utf8), name: "t.json")
    var specs: [StyleSpec] = []
    for text in given { specs.append(try StyleSpec(parsing: text)) }
    return try Timeline(file, given: specs, StyleResolver(library, styleFolders: []))
  }

  @Test("styles, switches and values are read as they are written")
  func reading() throws {
    let timeline = try timeline(
      """
      {"time": 4, "style": "a", "fade": 0.5, "easing": "ease-in"}, {"frame": 9, "style": "none", "on": "cut"},
      {"time": 1.5, "style": "a", "parameter": "level", "value": 0.25},
      {"time": 0, "style": "a", "parameter": "level", "value": 1}, {"frame": 3, "style": "s1", "parameter": "flip", "value": true}
      """, given: [plugin])
    #expect(timeline.styles.map(\.isSwitched) == [true, false])
    #expect(timeline.switches.map(\.style) == [0, nil])
    #expect(timeline.switches.map(\.fade) == [0.5, 0])
    #expect(timeline.switches.map(\.isOnCut) == [false, true])
    #expect(timeline.styles[0].animation.parameters.map { $0.keys.map(\.value) } == [[.number(0.25), .number(1)]])
    #expect(timeline.styles[1].animation.parameters.map(\.index) == [3])
    #expect(timeline.cutKeyframe == "t.json: keyframe 2 (frame 9)")
  }

  @Test("a style of -s goes by its position, its plugin's id and its file's name")
  func names() throws {
    for name in ["s1", "dial", plugin] {
      let made = try timeline(
        "{\"time\": 0, \"style\": \"\(name)\", \"parameter\": \"count\", \"value\": 3}", given: [plugin])
      #expect(made.styles[1].animation.parameters.count == 1)
    }
    let error = #expect(throws: HostError.self) {
      try timeline(
        "{\"time\": 0, \"style\": \"dial\", \"parameter\": \"count\", \"value\": 3}", given: [plugin, plugin])
    }
    #expect(error?.description.contains("several styles are called 'dial': s1 is the first of -s") == true)
  }

  @Test("a single style that nothing switches to is shown from the beginning")
  func single() throws {
    let made = try timeline("{\"time\": 1, \"style\": \"a\", \"parameter\": \"level\", \"value\": 1}")
    #expect(made.switches.map(\.style) == [0])
  }

  @Test(
    "a mistake in a keyframe is one line that names the keyframe, and exit code 2",
    arguments: [
      ("{\"style\": \"a\"}", "keyframe 1: it needs one of 'time' (seconds) and 'frame' (a number)"),
      ("{\"time\": 0, \"frame\": 0, \"style\": \"a\"}", "keyframe 1: it needs one of"),
      ("{\"time\": -1, \"style\": \"a\"}", "keyframe 1: time -1.0 is not a number of seconds, 0 or more"),
      ("{\"time\": 1e300, \"style\": \"a\"}", "keyframe 1: time 1e+300 is not"),
      ("{\"frame\": 1.5, \"style\": \"a\"}", "keyframe 1: frame 1.5 is not a whole number"),
      ("{\"time\": 0}", "keyframe 1: it needs a 'style'"),
      ("{\"time\": \"4\", \"style\": \"a\"}", "keyframe 1: 'time' has the wrong kind of value"),
      ("{\"time\": 0, \"style\": 7}", "keyframe 1: 'style' has the wrong kind of value"),
      ("7", "keyframe 1"),
      ("{\"time\": 0, \"stile\": \"a\"}", "keyframe 1 has no 'stile' - did you mean 'style'?"),
      ("{\"time\": 4, \"style\": \"b\"}", "keyframe 1 (time 4): there is no style 'b'"),
      ("{\"time\": 4, \"style\": \"a\", \"on\": \"beat\"}", "keyframe 1: 'on' can be \"cut\" only, not \"beat\""),
      ("{\"time\": 4, \"style\": \"a\", \"fade\": -1}", "keyframe 1: fade -1.0 is not a number of seconds"),
      ("{\"time\": 4, \"style\": \"a\", \"easing\": \"linear\"}", "keyframe 1: 'easing' needs a 'fade'"),
      (
        "{\"time\": 0, \"style\": \"a\"}, {\"time\": 4.5, \(runtime): \"levle\", \"value\": 1}",
        "keyframe 2 (time 4.5): a has no parameter 'levle' - did you mean 'level'?"
      ),
      (
        "{\"frame\": 4, \(runtime): \"white\", \"value\": 1}",
        "keyframe 1 (frame 4): 'white' of a cannot change during a run"
      ),
      (
        "{\"frame\": 4, \(runtime): \"level\", \"value\": 1.5}",
        "keyframe 1 (frame 4): a: level=1.5 is outside 0.0...1.0"
      ),
      (
        "{\"frame\": 4, \(runtime): \"count\", \"value\": 1.5}",
        "keyframe 1 (frame 4): a: count=1.5 is not a whole number"
      ),
      (
        "{\"frame\": 4, \(runtime): \"shape\", \"value\": \"star!\"}",
        "a: shape=star! is not one of round, square, star"
      ),
      ("{\"frame\": 4, \(runtime): \"flip\", \"value\": \"maybe\"}", "a: flip=maybe is neither true nor false"),
      ("{\"frame\": 4, \(runtime): \"level\", \"value\": [1]}", "keyframe 1: 'value' has the wrong kind of value"),
      ("{\"frame\": 4, \(runtime): \"level\"}", "keyframe 1: parameter 'level' needs a 'value'"),
      (
        "{\"frame\": 4, \(runtime): \"level\", \"value\": 1, \"fade\": 1}",
        "'fade' and 'on' are for a keyframe that switches"
      ),
      ("{\"time\": 4, \"style\": \"a\", \"value\": 1}", "keyframe 1: 'value' needs a 'parameter'"),
      (
        "{\"time\": 0, \"style\": \"none\", \"parameter\": \"level\", \"value\": 1}",
        "the picture as it is has no parameters"
      ),
      (
        "{\"time\": 4, \(runtime): \"level\", \"value\": 1, \"easing\": \"ease-inn\"}",
        "keyframe 1: there is no easing 'ease-inn' - did you mean 'ease-in'?: there are step, linear"
      ),
      ("{\"time\": NaN, \"style\": \"a\"}", "it is no JSON"),
      ("{\"time\": 0, \"style\": \"a\"", "it is no JSON"),
    ])
  func mistakes(keyframes: String, expected: String) throws {
    let error = try #require(throws: HostError.self) { try timeline(keyframes) }
    #expect(error.exitCode == 2)
    #expect(error.description.hasPrefix("t.json: "))
    #expect(error.description.contains(expected), "\(error)")
    #expect(!error.description.contains("\n"))
  }

  @Test("a mistake in the rest of the file is one line too")
  func otherMistakes() throws {
    for (text, expected) in [
      ("", "it is no JSON: Unexpected end of file"),
      ("{\"keyframes\": [\n  {\"time\": x}]}", "it is no JSON: line 2, column 12: Invalid value"),
      ("{\"keyframes\": [{\"time\": 1e400, \"style\": \"a\"}]}", "it is no JSON: Number 1e400 is not representable"),
      ("{\"styles\": {\"1\": 5}, \"keyframes\": []}", "t.json: styles: '1' has the wrong kind of value"),
      ("{\"styles\": {\"a\": \"x:y\"}, \"keyframes\": []}", "t.json: style 'a': "),
      ("[]", "the file has the wrong kind of value"), ("{}", "has no 'keyframes'"),
      ("{\"keyframes\": 3}", "keyframes has the wrong kind of value"),
      ("{\"keyframes\": [], \"stiles\": {}}", "the file has no 'stiles' - did you mean 'styles'?"),
      ("{\"keyframes\": [], \"styles\": {\"a\": 3}}", "styles: 'a' has the wrong kind of value"),
      ("{\"keyframes\": [], \"styles\": {\"none\": \"x\"}}", "'none' is the picture as it is"),
      ("{\"keyframes\": [], \"styles\": {\"\": \"x\"}}", "a style has an empty name"),
      (String(repeating: "[", count: 100_000), "it is no JSON"), ("\u{0}\u{1}", "it is no JSON"),
    ] {
      let error = try #require(throws: HostError.self) { try TimelineFile(Data(text.utf8), name: "t.json") }
      #expect(error.exitCode == 2)
      #expect(error.description.contains(expected), "\(error)")
      #expect(!error.description.contains("\n"))
    }
    let lost = try #require(throws: HostError.self) { try TimelineFile(path: "/nowhere/t.json") }
    #expect(lost.description == "cannot read the timeline /nowhere/t.json: No such file or directory")
    #expect(lost.exitCode == 2)
    let nobody = try #require(throws: HostError.self) {
      try timeline("{\"time\": 0, \"style\": \"none\"}", styles: "{}")
    }
    #expect(nobody.description.contains("there is no style"))
    let both = "{\"a\": \"\(plugin)\", \"b\": \"\(plugin)\"}"
    let unused = try #require(throws: HostError.self) { try timeline("", styles: both) }
    #expect(unused.description.contains("no keyframe switches to a style: there is 'a', 'b'"))
    let unknown = try #require(throws: HostError.self) { try timeline("", styles: "{\"a\": \"/nowhere/x.pth\"}") }
    #expect(unknown.description == "t.json: style 'a': there is no model file '/nowhere/x.pth'")
  }

  @Test("a style that no keyframe names is not loaded, and the person is told")
  func unused() throws {
    let made = try timeline(
      "{\"time\": 0, \"style\": \"a\"}", styles: "{\"a\": \"\(plugin)\", \"b\": \"/nowhere/x.pth\"}")
    #expect(made.styles.map(\.name) == ["a"])
    #expect(made.notes == ["t.json: style 'b' is not loaded: no keyframe names it"])
  }

  @Test("texts of keyframes are kept once, whole numbers to the last digit")
  func keptValues() throws {
    let words = (0..<1000).map { "{\"frame\": \($0), \(runtime): \"word\", \"value\": \"\($0 % 2)\"}" }
    let animation = try timeline(words.joined(separator: ",")).styles[0].animation
    #expect(animation.stored == [.text("0"), .text("1")])
    #expect(animation.parameters[0].keys.prefix(4).map(\.value) == [.stored(0), .stored(1), .stored(0), .stored(1)])
    let text = "{\"keyframes\": [{\"time\": 0, \(runtime): \"count\", \"value\": 9007199254740993}]}"
    #expect(
      try TimelineFile(Data(text.utf8), name: "t.json").keyframes[0].event
        == .set(key: "count", value: "9007199254740993"))
  }

  @Test("a hundred thousand keyframes are read, sorted and sampled in a moment", .timeLimit(.minutes(1)))
  func many() throws {
    let keys = (0..<100_000).reversed().map {
      "{\"frame\": \($0), \"style\": \"a\", \"parameter\": \"level\", \"value\": \(Double($0 % 11) / 10)}"
    }
    let made = try timeline(keys.joined(separator: ","))
    let track = try #require(made.styles[0].animation.ordered(rate: 25).parameters.first)
    for number in stride(from: 0, to: 100_000, by: 7) {
      let moment = FrameMoment(info: .init(), number: number, seconds: Double(number) / 25)
      #expect(track.value(at: moment) == .number(Double(number % 11) / 10))
    }
  }
}
