// RunCommand.swift - `stylehost run`: video in, video out.

import ArgumentParser
import Foundation
import Host
import Video

extension WorkMode: ExpressibleByArgument {}
extension PrecisionWish: ExpressibleByArgument {}

/// `stylehost run [-s SPEC]... [INPUT] [OUTPUT]`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Stylises a video, file or pipe (the default subcommand).",
    discussion: """
      SPEC is NAME[:key=value[,key=value]...]. NAME is a style of `stylehost styles list`, the id of a plugin, or the path of a model file. \
      A backslash takes the next character as it is ('\\,' is a comma inside a value). Several -s form a chain. Without -s \
      frames are handed through unconverted.

      Every style takes these options beside the parameters of its plugin:
      \(StyleOptions.parameters.map { "  \($0.key)  \($0.help)" }.joined(separator: "\n"))

      EXAMPLES:
        stylehost run -s starry-night-realtime:strength=0.6 in.mp4 out.mp4
        stylehost run -s johnson:model=mosaic.safetensors in.mp4 out.mp4
        stylehost run -s mosaic.safetensors:strength=0.6,color=keep in.mp4 out.mp4
        stylehost run -s mosaic.safetensors --codec libx264 --crf 18 --preset slow in.mp4 out.mkv
        stylehost run --timeline tour.json in.mp4 out.mp4
        ffmpeg -i in.mp4 -f nut -c:v rawvideo - | stylehost run -s mosaic.safetensors -f nut | ffplay -
        stylehost run --input-format rawvideo --size 640x480 --rate 25 --pix-fmt rgb24 -s shipwreck-realtime - out.mp4 < frames.rgb
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("A style to apply; several form a chain.", valueName: "spec"))
  var style: [String] = []

  @Option(
    help: ArgumentHelp(
      "Styles that come, go and cross-fade, and parameters that change, by time, frame or scene cut: JSON, see docs/timeline.md.",
      valueName: "file"))
  var timeline: String?

  @Argument(help: "Video to read: a file, a URL, a pattern such as frame%04d.png, or '-' for stdin.")
  var input = "-"

  @Argument(help: "Video to write: a file, a pattern such as frame%04d.png, or '-' for stdout.")
  var output = "-"

  @OptionGroup(title: "OUTPUT") var writing: OutputArguments
  @OptionGroup(title: "INPUT") var reading: InputArguments
  @OptionGroup(title: "MACHINE") var resources: ResourceArguments
  @OptionGroup(title: "WORDS") var words: WordArguments
  @OptionGroup(title: "PLUGINS") var search: SearchOptions

  @Option(
    help: ArgumentHelp(
      "latency: all threads work on one frame, which is out soonest. throughput: a frame per thread, more frames a second for more memory, for styles that do not remember frames. auto: throughput where the input is a file, latency for pipes, devices and URLs.",
      valueName: "latency|throughput|auto"))
  var mode = WorkMode.auto

  @Option(
    help: ArgumentHelp(
      "What networks compute in. bf16 and int8 are faster where the CPU has instructions for them, and lose some precision. auto: for each model the fastest that keeps 40 dB to f32, measured once and remembered.",
      valueName: "f32|bf16|int8|auto"))
  var precision = PrecisionWish.f32

  @Option(
    help: ArgumentHelp(
      "How much of a picture must be new for it to begin a shot, 0...1; 0 looks for no cuts. At a cut styles forget the shot before.",
      valueName: "share"))
  var sceneThreshold = SceneCutDetector.defaultThreshold

  @Flag(help: "End with exit code 5 also where the decoder could conceal the damage of the input.")
  var strict = false

  @Flag(
    name: .customLong("dry-run"),
    help:
      "Read the input's header, make the styles ready, say what would happen, how long it would take and in what memory; write nothing."
  )
  var isDryRun = false

  func run() throws {
    let log = words.log
    let stop = StopSignal()
    SignalWatcher.start(stop, log)
    VideoLibrary.setVerbose(words.verbose)
    let planned = try plan()
    try planned.check()
    let stdout = try PrivateOutput.claim()
    CrashReporter.install()
    let services = try resources.services(log)
    if isDryRun {
      let forecast = try planned.forecast(services, search.library)
      return try PrivateOutput.write(forecast.description, to: stdout)
    }
    try planned.writing(toStdoutAt: stdout).run(services, search.library, stop: stop)
  }

  /// What was asked for, checked as far as words go.
  private func plan() throws(HostError) -> ConversionJob {
    if input == "-", isatty(0) != 0 {
      throw HostError(.usage, "no input: name a video file, or pipe one in (see stylehost --help)")
    }
    try resources.check()
    var job = ConversionJob(source: MediaSource(argument: input), target: MediaTarget(argument: output))
    guard (0...1).contains(sceneThreshold) else {
      throw HostError(.usage, "--scene-threshold \(sceneThreshold) is not 0...1")
    }
    job.sceneThreshold = sceneThreshold
    if let timeline { job.timeline = try TimelineFile(path: timeline) }
    for text in style { job.styles.append(try StyleSpec(parsing: text)) }
    job.input = try reading.options(pixelFormat: writing.pixFmt)
    job.output = try writing.options(isRawInput: reading.isRaw)
    job.progress = words.progressOptions
    job.mode = mode
    job.precision = precision
    job.isStrict = strict
    return job
  }
}
