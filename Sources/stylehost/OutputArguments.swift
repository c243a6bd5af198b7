// OutputArguments.swift - how to write, in ffmpeg's own words.

import ArgumentParser
import Host
import Video

/// Options of the output.
struct OutputArguments: ParsableArguments {
  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp(
      "Container, by libavformat's name or y4m. Default: by the file's ending, y4m for a pipe.", valueName: "name"))
  var format: String?

  @Option(help: ArgumentHelp("Encoder, by libavcodec's name (libx264, ffv1, rawvideo, ...).", valueName: "name"))
  var codec: String?

  @Option(help: ArgumentHelp("Constant quality for encoders that have it; lower is better.", valueName: "number"))
  var crf: Double?

  @Option(help: ArgumentHelp("The encoder's preset (ultrafast ... veryslow).", valueName: "name"))
  var preset: String?

  @Option(
    name: .customLong("pix-fmt"),
    help: ArgumentHelp("Pixel format of the output; of the input where that is rawvideo.", valueName: "name"))
  var pixFmt: String?

  @Option(
    name: .customLong("option"), parsing: .singleValue,
    help: ArgumentHelp("An option for the encoder or container; may be given several times.", valueName: "key=value"))
  var option: [String] = []

  @Flag(name: .customShort("y"), help: "Overwrite an existing output.")
  var overwrite = false

  func options(isRawInput: Bool) throws(HostError) -> OutputOptions {
    var result = OutputOptions()
    result.format = format
    result.codec = codec
    result.crf = crf
    result.preset = preset
    result.pixelFormat = isRawInput ? nil : pixFmt
    result.overwrite = overwrite
    result.options = try KeyValue.parse(option, of: "--option")
    return result
  }
}

/// `key=value` texts.
enum KeyValue {
  static func parse(_ texts: [String], of name: String) throws(HostError) -> [(key: String, value: String)] {
    var result: [(key: String, value: String)] = []
    for text in texts {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw HostError(.usage, "\(name) \(text) is not key=value")
      }
      result.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
    }
    return result
  }
}
