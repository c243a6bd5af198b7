// ModelsInspectCommand.swift - `stylehost models inspect FILE`.

import ArgumentParser
import Foundation
import Host
import Video

/// What is in a model file.
struct ModelsInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what a model file holds, the plugin that runs it and what a picture costs.",
    discussion: "EXAMPLE:\n  stylehost models inspect mosaic.safetensors --size 1280x720")

  @Argument(help: "A safetensors, ONNX or .t7 file, or a PyTorch checkpoint; or a style of `stylehost styles list`.")
  var file: String
  @Option(help: ArgumentHelp("Size of the picture whose cost is told.", valueName: "WxH")) var size = "512x512"
  @Flag(help: "One JSON object.") var json = false
  @OptionGroup var search: SearchOptions

  func run() throws {
    guard let size = InputOptions.parseSize(size) else {
      throw HostError(.usage, "--size \(size) is not WIDTHxHEIGHT, such as 640x480")
    }
    let output = try PrivateOutput.claim()
    CrashReporter.install()
    let path = StyleSpec.isFile(file) ? file : StyleCatalogue().path(of: file) ?? file
    let model = try ModelInspection(path, size: size, search.library)
    try PrivateOutput.write(json ? JSONText.make(model) : ModelsInspectCommand.text(model), to: output)
  }

  private static func text(_ model: ModelInspection) -> String {
    var lines = ["\(model.path): \(model.format), \(model.tensors.count) tensors, \(model.parameterCount) parameters"]
    let facts = [
      ("plugin", model.plugin), ("not to be run", model.reason), ("network", model.architecture),
      ("pixels", model.pixels), ("cost", cost(model)), ("licence", model.licence), ("author", model.author),
      ("source", model.source),
    ]
    lines += facts.compactMap { name, value in value.map { "\(name): \($0)" } }
    lines += model.otherMetadata.map { "\($0.key): \(short($0.value))" }
    lines += model.tensors.map { "  \($0.name)  \($0.type) \($0.shape)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func cost(_ model: ModelInspection) -> String? {
    guard let pixel = model.multiplyAddsPerPixel, let cost = model.cost else { return nil }
    let whole = String(format: cost.gmac < 0.1 ? "%.3f" : "%.1f", cost.gmac)
    return "\(Int(pixel.rounded())) multiply-adds per pixel, \(whole) GMAC at \(cost.width)x\(cost.height)"
  }

  /// The structure of a whole network is no line to read.
  private static func short(_ value: String) -> String {
    value.utf8.count <= 400 ? value : "\(value.utf8.count) bytes (--json shows them)"
  }
}
