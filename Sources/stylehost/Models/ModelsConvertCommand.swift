// ModelsConvertCommand.swift - `stylehost models convert IN OUT.safetensors`.

import ArgumentParser
import Host

/// Rewrites a model so that it runs by its path alone.
struct ModelsConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Writes a model file as safetensors that names its plugin.",
    usage: """
      stylehost models convert <input> <output.safetensors> [<options>]
      stylehost models convert <name>=<input> <name>=<input> ... <output.safetensors> [<options>]
      """,
    discussion: """
      A network that comes in several files becomes one: name each part, and its tensors carry that name in the whole.

      EXAMPLES:
        stylehost models convert mosaic.pth mosaic.safetensors --title Mosaic
        stylehost models convert encoder=vgg_normalised.pth decoder=decoder.pth adain.safetensors
      """)

  @Argument(help: "Model files of any format that is read, then the file to write, ending in .safetensors.")
  var files: [String]
  @Option(help: "A title for people; by default the source's.") var title: String?
  @Flag(name: .customShort("y"), help: "Overwrite an existing output.") var overwrite = false
  @OptionGroup var search: SearchOptions

  func run() throws {
    guard let output = files.last, files.count >= 2 else {
      throw HostError(.usage, "give a model file and the file to write: stylehost models convert IN OUT.safetensors")
    }
    _ = try PrivateOutput.claim()
    CrashReporter.install()
    let summary = try ModelConversion.convert(
      files.dropLast().map { ModelSource(parsing: $0) }, to: output, title: title, overwrite: overwrite, search.library)
    let network = summary.architecture.map { ", \($0)" } ?? ""
    HostLog().say(.info, "wrote \(output): \(summary.tensorCount) tensors for plugin '\(summary.plugin)'\(network)")
  }
}
