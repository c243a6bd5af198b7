// TrainingArguments.swift - the options of a training, by what they are about.

import ArgumentParser
import Foundation
import Host
import Training

/// Whose styles are learnt.
struct TrainingStyles: ParsableArguments {
  @Option(parsing: .upToNextOption, help: ArgumentHelp("The picture whose style is learnt.", valueName: "image"))
  var style: [String]
  @Flag(help: "One network for all pictures of --style; 'style=NAME' chooses, 'style=A:0.7+B:0.3' mixes.") var oneNet =
    false
  @Flag(
    help:
      "Add the styles to the network of --from; its own styles stay as they are, to the bit where --store is what its file has."
  ) var addStyle =
    false
  @Option(
    help: ArgumentHelp(
      "Longer side that the style is brought to, 0 for its own size. A larger style gives larger strokes.",
      valueName: "pixels"))
  var styleSize = 512

  func fill(_ settings: inout JohnsonSettings) {
    settings.styleSize = styleSize == 0 ? nil : styleSize
    settings.isAdding = addStyle
  }
}

/// What is learnt from.
struct TrainingPhotos: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Photos to learn from: folders (searched all the way down), pictures, videos (a frame every half second).",
      valueName: "path"))
  var content: [String]
  @OptionGroup var squares: TrainingSquares

  func fill(_ run: inout TrainingRun) { squares.fill(&run.cut) }

  /// As `fill`, but `--size` without `--photo-size` takes pictures whole: they have that size already, as digits do.
  func fillWhole(_ run: inout TrainingRun) {
    if squares.size != nil, squares.photoSize == nil { run.cut.takeWhole() }
    fill(&run)
  }
}

/// What is cut out of pictures.
struct TrainingSquares: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Side of the squares that are learnt from, a multiple of 4; see DEFAULTS.", valueName: "pixels"))
  var size: Int?
  @Option(
    help: ArgumentHelp(
      "Shorter side that a picture is brought to before the square is cut out; by default --size, or what DEFAULTS says. With --random-crop a small square of a larger photo teaches strokes of the same size several times faster.",
      valueName: "pixels"))
  var photoSize: Int?
  @Flag(
    inversion: .prefixedNo,
    help: "Cut the square anywhere out of the picture instead of out of its middle; see DEFAULTS.")
  var randomCrop: Bool?
  @Flag(inversion: .prefixedNo, help: "Turn half of the squares over, left to right; see DEFAULTS.") var flip: Bool?

  /// Changes what was asked for.
  func fill(_ cut: inout PictureCut) {
    if let size { (cut.size, cut.photoSize) = (size, cut.photoSize.map { max($0, size) }) }
    if let photoSize { cut.photoSize = photoSize }
    if let randomCrop { cut.isRandom = randomCrop }
    if let flip { cut.isMirrored = flip }
  }
}

/// What good is.
struct TrainingLosses: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A VGG-16 or VGG-19 by whose features pictures are compared: .pth, .onnx or .safetensors. By default the small one that comes with the program.",
      valueName: "file"))
  var vgg: String?
  @Option(
    help: ArgumentHelp(
      "Pixels the VGG was trained on; by default what its names of tensors tell.", valueName: "torchvision|caffe"))
  var domain: String?
  @Option(
    help: ArgumentHelp(
      "Whose layers and weights; by default those that suit the VGG's pixels.",
      valueName: JohnsonSettings.conventions.joined(separator: "|")))
  var convention: String?
  @Option(help: ArgumentHelp("Instead of the convention's.", valueName: "number")) var contentWeight: Double?
  @Option(help: ArgumentHelp("Instead of the convention's.", valueName: "number")) var styleWeight: Double?
  @Option(help: ArgumentHelp("Of total variation, instead of the convention's.", valueName: "number"))
  var tvWeight: Double?
  @Option(
    help: ArgumentHelp(
      "Against flicker: what it costs when a photo and the same with noise are painted differently. Doubles the network's work.",
      valueName: "number"))
  var noiseWeight = 0.0
  @Option(help: ArgumentHelp("The largest noise, in levels of 255.", valueName: "levels")) var noiseLevel = 8.0

  func fill(_ settings: inout JohnsonSettings) {
    settings.vgg = vgg ?? StyleCatalogue().features ?? ""
    (settings.domain, settings.convention) = (domain, convention)
    (settings.contentWeight, settings.styleWeight, settings.variationWeight) = (contentWeight, styleWeight, tvWeight)
    (settings.noiseWeight, settings.noiseLevel) = (noiseWeight, noiseLevel)
  }
}

/// Which network learns, and from where on.
struct TrainingNetwork: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Planes of the network: quality 32 as published, balanced 16; realtime a net of 32 made for CPUs.",
      valueName: "name"))
  var preset = TrainingPreset.quality
  @Option(help: ArgumentHelp("Planes of the network instead of the preset's.", valueName: "n")) var width: Int?
  @Option(
    help: ArgumentHelp(
      "A network of the same preset and width to begin with; --resume has begun already.", valueName: "file")) var from:
    String?
  @Option(help: ArgumentHelp("Which style of --from new ones begin with, of a network of several.", valueName: "name"))
  var fromStyle: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Photos for the report's previews; by default three of the content.", valueName: "image"))
  var preview: [String] = []

  func fill(_ settings: inout JohnsonSettings) {
    (settings.preset, settings.width, settings.previews) = (preset, width, preview)
    (settings.start, settings.startStyle) = (from, fromStyle)
  }
}

/// How it is trained.
struct TrainingCourse: ParsableArguments {
  @Option(help: ArgumentHelp("Pictures of a step, or pairs of them; see DEFAULTS.", valueName: "n"))
  var batch: Int?
  @Option(help: ArgumentHelp("End after so many steps; with --time, after whichever is first.", valueName: "n"))
  var steps: Int?
  @Option(
    help: ArgumentHelp(
      "End after so much time of steps: 90s, 45m, 2h. By default 45m where --steps is not given.", valueName: "time"))
  var time: String?
  @Option(help: ArgumentHelp("Of Adam; see DEFAULTS.", valueName: "number")) var learningRate: Double?
  @Option(
    help: ArgumentHelp(
      "The last share of the run in which the learning rate falls evenly to nothing, 0...1: of --steps or --time, whichever is nearer to its end; see DEFAULTS.",
      valueName: "share"))
  var decay: Double?
  @Option(parsing: .unconditional, help: ArgumentHelp("Where the random numbers begin.", valueName: "n"))
  var seed: UInt64 = 0
  @Flag(help: "Go on with the training of OUT; its steps and time count. Options may be others than before.")
  var resume = false
  @Option(help: ArgumentHelp("Threads that compute; by default one per CPU.", valueName: "n")) var threads: Int?

  func fill(_ run: inout TrainingRun) throws {
    if let threads, !(1...1024).contains(threads) { throw HostError(.usage, "--threads \(threads) is not 1...1024") }
    run.threads = threads
    run.cpuLevel = try ComputeServices.cpuLevel(named: ProcessInfo.processInfo.environment["STYLEHOST_CPU"])
    if let batch { run.batch = batch }
    if let learningRate { run.learningRate = learningRate }
    if let decay { run.schedule = .linear(last: decay) }
    (run.seed, run.isResumed) = (seed, resume)
    run.steps = steps
    if let text = time ?? (steps == nil ? "45m" : nil) { run.seconds = try TrainingTime.seconds(text) }
  }
}

/// What is written.
struct TrainingResult: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("The network, ending in .safetensors.", valueName: "file"))
  var out: String
  @Option(help: ArgumentHelp("How its numbers are stored.", valueName: "type")) var store = StoredPrecision.float16
  @Option(help: ArgumentHelp("Steps between checkpoints.", valueName: "n")) var checkpointEvery = 200
  @Option(help: ArgumentHelp("The report; by default OUT.html.", valueName: "file")) var report: String?
  @Option(help: "A title for people; by default what it was made of.") var title: String?
  @Option(help: "What may be done with the network.") var licence: String?
  @Option(help: "Who trains it.") var author: String?
  @Flag(name: .customShort("y"), help: "Overwrite an existing output.") var overwrite = false
  @Flag(name: .shortAndLong, help: "Say nothing but errors.") var quiet = false

  func fill(_ run: inout TrainingRun) {
    (run.precision, run.checkpointEvery, run.isOverwriting) = (store, checkpointEvery, overwrite)
    run.report = report ?? TrainingRun.report(beside: out)
  }

  /// The card of what `plugin` runs, nil for none, under a title where none was given.
  func card(_ plugin: String?, title other: String) -> ModelCard {
    var card = ModelCard(
      title: title ?? other, plugin: plugin, command: ModelCard.command(CommandLine.arguments),
      program: "stylehost \(HostVersion.text)")
    (card.licence, card.author) = (licence, author)
    return card
  }

  /// Runs a training: what it says, Ctrl-C, and how it ended.
  func carryOut(
    _ train: (TrainingVoice, _ shouldStop: () -> Bool) throws -> TrainingSummary
  ) throws {
    let log = HostLog(level: quiet ? .error : .info)
    let stop = StopSignal()
    SignalWatcher.start(stop, log, saying: "saving after this step")
    let teller = TrainingTeller(log, isLive: !quiet && isatty(2) != 0)
    do {
      let summary = try train(teller.voice) { stop.signal != nil }
      teller.end()
      log.say(
        .info,
        summary.wasSaved ? "wrote \(out) after \(summary.description)" : "nothing was learnt, and nothing written")
      if summary.wasStopped, let signal = stop.signal {
        throw HostError(
          .interrupted(signal: signal),
          summary.steps > 0 ? "stopped; the same command with --resume goes on" : "stopped before the first step")
      }
    } catch let error as TrainingError {
      teller.end()
      throw HostError(error)
    }
  }
}
