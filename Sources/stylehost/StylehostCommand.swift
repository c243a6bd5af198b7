// StylehostCommand.swift - the program: its subcommands and its exit codes.

import ArgumentParser
import Foundation
import Host
import Video

/// `stylehost`.
@main
struct StylehostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stylehost",
    abstract: "Stylises video: bytes in, a style from a plugin, bytes out.",
    discussion: """
      EXAMPLES:
        stylehost -s starry-night-realtime holiday.mp4 painted.mp4
        stylehost styles list
        stylehost run -s johnson:model=mosaic.safetensors in.mkv out.mkv
        ffmpeg -i in.mp4 -f nut -c:v rawvideo - | stylehost -s great-wave-realtime | ffplay -
        stylehost plugins list

      EXIT CODES:
        0 ok, 2 usage, 3 plugin or model, 4 input, 5 partial result (damaged input), 6 output, 130 Ctrl-C, 143 SIGTERM
      """,
    version: "stylehost \(HostVersion.text) (plugin contract \(HostVersion.abi); \(VideoLibrary.versions))",
    subcommands: [
      RunCommand.self, StylesCommand.self, TrainCommand.self, PluginsCommand.self, ModelsCommand.self,
      BenchCommand.self,
      ScanPluginCommand.self, ValidatePluginTestCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() {
    signal(SIGPIPE, SIG_IGN)
    StandardDescriptors.fill()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      leave(with: error)
    }
  }

  /// Says what went wrong, once, and ends with the code that the kind of error has.
  private static func leave(with error: any Error) -> Never {
    if let error = error as? HostError { leave(because: error) }
    let isFine = exitCode(for: error).isSuccess
    let text = fullMessage(for: error)
    do {
      if !text.isEmpty { try PrivateOutput.write(text + "\n", to: isFine ? 1 : 2) }
    } catch {
      leave(because: error)
    }
    Foundation.exit(isFine ? 0 : 2)
  }

  private static func leave(because error: HostError) -> Never {
    // `stylehost plugins list | head -1`: nobody wants the rest.
    if error.kind != .consumerClosed { HostLog().say(.error, error.description) }
    Foundation.exit(error.exitCode)
  }
}
