// InputArguments.swift - how to read, and which part.

import ArgumentParser
import Host
import Video

/// Options of the input.
struct InputArguments: ParsableArguments {
  @Option(
    name: .customLong("input-format"),
    help: ArgumentHelp("Container of the input, where it cannot be recognised (rawvideo, y4m, ...).", valueName: "name")
  )
  var inputFormat: String?

  @Option(help: ArgumentHelp("Size of raw frames.", valueName: "WxH"))
  var size: String?

  @Option(
    help: ArgumentHelp(
      "Frames per second of raw frames and of numbered pictures: 25, 29.97, 30000/1001.", valueName: "rate"))
  var rate: String?

  @Option(
    name: .customLong("input-option"), parsing: .singleValue,
    help: ArgumentHelp("An option for the demuxer; may be given several times.", valueName: "key=value"))
  var inputOption: [String] = []

  @Option(help: ArgumentHelp("Begin so many seconds into the input.", valueName: "seconds"))
  var start: Double?

  @Option(help: ArgumentHelp("Take so many seconds.", valueName: "seconds"))
  var duration: Double?

  @Option(help: ArgumentHelp("Take so many frames.", valueName: "n"))
  var frames: Int?

  /// Whether --pix-fmt speaks of the input.
  var isRaw: Bool { inputFormat == "rawvideo" }

  func options(pixelFormat: String?) throws(HostError) -> InputOptions {
    var result = InputOptions()
    result.format = inputFormat
    if let size {
      guard let parsed = InputOptions.parseSize(size) else {
        throw HostError(.usage, "--size \(size) is not WIDTHxHEIGHT, such as 640x480")
      }
      result.size = parsed
    }
    if let rate {
      guard let parsed = Rational(parsing: rate) else {
        throw HostError(.usage, "--rate \(rate) is not a rate, such as 25, 29.97 or 30000/1001")
      }
      result.rate = parsed
    }
    result.pixelFormat = isRaw ? pixelFormat : nil
    result.options = try KeyValue.parse(inputOption, of: "--input-option")
    result.start = start
    result.duration = duration
    result.frameLimit = frames
    return result
  }
}
