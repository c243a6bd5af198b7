// Plugins that show what PluginKit hands to a plugin.
import PluginKit

enum Mood: String, CaseIterable, Sendable {
  case calm, angry
}

/// One parameter of each kind; fails where it is told to.
struct Probe: StylePlugin {
  static let number = Parameter.float("number", "A number", in: -2...8, default: 1.5, help: "Scales the picture")
    .shown(0...4).unit("x").runtime
  static let count = Parameter.int("count", "A count", in: 1...9, default: 3, help: "Counts")
  static let flag = Parameter.bool("flag", "A flag", default: true, help: "Flags")
  static let mood = Parameter.choice("mood", "A mood", default: Mood.calm, help: "Angry fails")
  static let title = Parameter.string("title", "A title", default: "none", help: "Names")
  static let extra = Parameter.path("extra", "A file", help: "May be left out")
  static let picture = Parameter.image("picture", "A picture", help: "May be left out")
  static let model = Parameter.model(help: "Must be given")
  static let unlisted = Parameter.int("unlisted", "Unlisted", in: 0...9, default: 7, help: "In no table")

  static let descriptor = PluginDescriptor(
    id: "probe", name: "Probe", version: "1.2.3", vendor: "tests", licence: "MIT",
    description: "Shows what it is given.",
    isStateless: false, parameters: [number, count, flag, mood, title, extra, picture, model])

  private let title: String
  private let sum: Double

  init(host: PluginHost, parameters: Parameters) throws(PluginError) {
    if parameters[Self.mood] == .angry { throw PluginError(.unsupported, "cannot be angry:\nbe calm \u{1F600}") }
    title = parameters[Self.title]
    let pictureWidth = parameters[Self.picture]?.width ?? 0
    sum =
      Double(parameters[Self.count]) + (parameters[Self.flag] ? 100 : 0) + Double(parameters[Self.unlisted] * 1000)
      + (parameters[Self.extra] == nil ? 10_000 : 0) + Double(pictureWidth)
      + (parameters[Self.model] == "style.pth" ? 100_000 : 0)
  }

  mutating func negotiate(_ stream: Stream, _ format: inout Format) throws(PluginError) {
    format.input = .signed
    format.outputHeight = stream.height * 2
    format.outputWidth = title == "impossible" ? 0 : stream.width
  }

  mutating func process(_ frame: Frame) throws(PluginError) {
    for plane in 0..<3 {
      for y in 0..<frame.output.height {
        let (from, to) = (frame.input.row(y / 2, plane: plane), frame.output.row(y, plane: plane))
        for x in 0..<to.count { to[x] = from[x] * Float(frame.parameters[Self.number]) + Float(sum) }
      }
    }
  }
}

/// Adds to each value the number of its row, on all threads.
final class RowNumbers: RowPlugin {
  static let descriptor = PluginDescriptor(
    id: "row-numbers", name: "Row numbers", version: "1.0.0", licence: "MIT", description: "Numbers rows.")

  init(host: PluginHost, parameters: Parameters) {}

  func process(row y: Int, of frame: Frame) {
    for plane in 0..<3 {
      let (from, to) = (frame.input.row(y, plane: plane), frame.output.row(y, plane: plane))
      for x in 0..<to.count { to[x] = from[x] + Float(y) }
    }
  }
}
