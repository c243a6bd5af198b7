// BenchCommand.swift - `stylehost bench`.

import ArgumentParser
import Foundation
import Host
import Video

/// Measures a style on this machine.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures how fast styles run here, stage by stage.",
    discussion: """
      Runs the pipeline of `stylehost run` with its output going into the null device, and times each frame in each stage:
        decode   reading and decoding the file; of a synthetic picture: computing it
        unpack   coded samples to float32 R'G'B'
        stylize  the styles, from picture to picture: all of a plugin's work
        pack     float32 R'G'B' to coded samples
        encode   encoding and writing into the null device (--format, --codec); by default raw frames, which is next to nothing
      Decode, the three in the middle, and encode run on threads of their own as they do in a run: their times overlap. \
      `host share` is everything but stylize over the sum of the five medians. Times of the warm-up do not count; loading and \
      compiling are told apart from frames. --profile takes a clock between the operators: medians of the last 63 runs, GFLOP/s \
      as a direct convolution would need them, so that a better algorithm shows as a higher number.

      EXAMPLES:
        stylehost bench -s mosaic.safetensors --size 512x512 --frames 20 --json
        stylehost bench -s mosaic.safetensors --input clip.mp4 --format mp4 --codec libx264
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("A style; several form a chain.", valueName: "spec")) var style:
    [String] = []
  @Option(help: ArgumentHelp("Size of the synthetic moving picture.", valueName: "WxH")) var size = "512x512"
  @Option(help: ArgumentHelp("Frames to measure.", valueName: "n")) var frames = 20
  @Option(help: ArgumentHelp("Frames to run before them.", valueName: "n")) var warmup = 2
  @Option(
    help: ArgumentHelp(
      "As in a run; throughput measures a frame per thread, each stage on one.", valueName: "latency|throughput|auto"))
  var mode = WorkMode.latency
  @Option(help: ArgumentHelp("As in a run.", valueName: "f32|bf16|int8|auto")) var precision = PrecisionWish.f32
  @Option(
    name: [.customShort("i"), .long],
    help: ArgumentHelp("A video to read instead of the synthetic picture.", valueName: "file")) var input: String?
  @Option(name: [.customShort("f"), .long], help: ArgumentHelp("Container of the output.", valueName: "name"))
  var format = "nut"
  @Option(help: ArgumentHelp("Encoder of the output; of nut rawvideo, of others their default.", valueName: "name"))
  var codec: String?
  @Flag(help: "Also the time of each operator of the styles' graphs, in the order they run.") var profile = false
  @Option(
    help: ArgumentHelp(
      "Writes the first frame there as headless planar float32, as the first style sees it (input.f32) and as the last one makes it (output.f32).",
      valueName: "folder")) var dump: String?
  @Flag(help: "One JSON object.") var json = false
  @OptionGroup var resources: ResourceArguments
  @OptionGroup var search: SearchOptions

  func run() throws {
    let benchmark = try plan()
    let log = HostLog()
    let stop = StopSignal()
    SignalWatcher.start(stop, log)
    let output = try PrivateOutput.claim()
    CrashReporter.install()
    let services = try resources.services(log)
    let report = try benchmark.run(services, search.library, stop: stop)
    try PrivateOutput.write(json ? JSONText.make(report) : BenchText.make(report), to: output)
  }

  /// What was asked for, checked as far as words go.
  private func plan() throws(HostError) -> Benchmark {
    guard let size = InputOptions.parseSize(size) else {
      throw HostError(.usage, "--size \(size) is not WIDTHxHEIGHT, such as 640x480")
    }
    let most = 1_000_000_000
    guard (1...most).contains(frames) else { throw HostError(.usage, "--frames \(frames) is not 1...\(most)") }
    guard (0...most).contains(warmup) else { throw HostError(.usage, "--warmup \(warmup) is not 0...\(most)") }
    try resources.check()
    if dump != nil, style.isEmpty { throw HostError(.usage, "--dump shows what a style does: name one with -s") }
    if profile, mode != .latency { throw HostError(.usage, "--profile looks at one frame at a time: --mode latency") }
    var specs: [StyleSpec] = []
    for text in style { specs.append(try StyleSpec(parsing: text)) }
    var benchmark = Benchmark(styles: specs, size: size, frames: frames, input: input)
    benchmark.warmup = warmup
    benchmark.output = (format, codec ?? (format == "nut" ? "rawvideo" : nil))
    benchmark.mode = mode
    benchmark.precision = precision
    benchmark.isProfiled = profile
    benchmark.dumpFolder = dump
    return benchmark
  }
}
