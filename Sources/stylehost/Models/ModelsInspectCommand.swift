// ModelsInspectCommand.swift - `stylehost models inspect FILE`.

import ArgumentParser
import Host

/// What is in a model file.
struct ModelsInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Shows the tensors of a model file and the plugin that runs it.",
    discussion: "EXAMPLE:\n  stylehost models inspect mosaic.safetensors")

  @Argument(help: "A safetensors file or a PyTorch checkpoint.") var file: String
  @Flag(help: "One JSON object.") var json = false
  @OptionGroup var search: SearchOptions

  func run() throws {
    let output = try PrivateOutput.claim()
    CrashReporter.install()
    let model = try ModelInspection(file, search.library)
    try PrivateOutput.write(json ? JSONText.make(model) : ModelsInspectCommand.text(model), to: output)
  }

  private static func text(_ model: ModelInspection) -> String {
    var lines = ["\(model.path): \(model.format), \(model.tensors.count) tensors, \(model.parameterCount) parameters"]
    if let plugin = model.plugin { lines.append("plugin: \(plugin)") }
    if let reason = model.reason { lines.append("no plugin: \(reason)") }
    if let architecture = model.architecture { lines.append("network: \(architecture)") }
    if let pixels = model.pixels { lines.append("pixels: \(pixels)") }
    if let cost = model.multiplyAddsPerPixel { lines.append("cost: \(Int(cost.rounded())) multiply-adds per pixel") }
    lines += model.metadata.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    lines += model.tensors.map { "  \($0.name)  \($0.type) \($0.shape)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
