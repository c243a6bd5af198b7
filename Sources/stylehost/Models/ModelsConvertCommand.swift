// ModelsConvertCommand.swift - `stylehost models convert IN OUT.safetensors`.

import ArgumentParser
import Host

/// Rewrites a model so that it runs by its path alone.
struct ModelsConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Writes a model file as safetensors that names its plugin.",
    discussion: "EXAMPLE:\n  stylehost models convert mosaic.pth mosaic.safetensors --title Mosaic")

  @Argument(help: "A model file of any format that is read.") var input: String
  @Argument(help: "The file to write, ending in .safetensors.") var output: String
  @Option(help: "A title for people; by default the source's.") var title: String?
  @Flag(name: .customShort("y"), help: "Overwrite an existing output.") var overwrite = false
  @OptionGroup var search: SearchOptions

  func run() throws {
    _ = try PrivateOutput.claim()
    CrashReporter.install()
    let summary = try ModelConversion.convert(input, to: output, title: title, overwrite: overwrite, search.library)
    HostLog().say(.info, "wrote \(output): \(summary.tensorCount) tensors for plugin '\(summary.plugin)'")
  }
}
