// TimelineStyleTests.swift - what a timeline asks of its styles before the first frame, and their masks during the run.

import Foundation
import TestFolders
import Testing
import Video

@testable import Host

@Suite("the styles of a timeline", .timeLimit(.minutes(2)))
struct TimelineStyleTests {
  private let services: ComputeServices
  private let library: PluginLibrary
  private let scratch: Scratch
  private let size = (h: 48, w: 64)

  init() throws {
    services = try ComputeServices(threads: 2, log: HostLog(level: .error))
    scratch = try Scratch()
    let flags = "-DFLAGS=STH_PLUGIN_STATELESS"
    for (name, file, flags) in [
      ("dial", "dial", flags), ("paint", "paint", flags), ("dial", "slow", flags + " -DNAP=20"),
    ] {
      let folder = try PluginFixture.folder([name], flags: flags)
      try FileManager.default.moveItem(atPath: "\(folder)/\(name).so", toPath: scratch.path("\(file).so"))
    }
    library = PluginLibrary(folders: [], executable: PluginFixture.executable, cacheFolder: try Scratch.lasting())
  }

  private func file(_ styles: [String: String], _ keyframes: String) throws -> TimelineFile {
    let named = styles.map { "\"\($0.key)\": \"\(scratch.path($0.value))\"" }.sorted().joined(separator: ", ")
    return try TimelineFile(Data("{\"styles\": {\(named)}, \"keyframes\": [\(keyframes)]}".utf8), name: "t.json")
  }

  /// Makes everything ready that is made ready before the first frame.
  private func prepare(_ styles: [String: String], _ keyframes: String, w: Int = 6) throws {
    let timeline = try Timeline(file(styles, keyframes), given: [], StyleResolver(library, styleFolders: []))
    try StyleChain.start(timeline.styles, services).prepare(h: 4, w: w, frameRate: (10, 1))
  }

  /// Noise in 4:2:0, another in each frame.
  private func clip(frames: Int) throws -> String {
    let path = scratch.path("clip.mkv")
    var video = VideoProperties(
      width: size.w, height: size.h, pixelFormat: try PixelFormat(named: "yuv420p"), timeBase: Rational(1, 25),
      frameRate: Rational(25, 1))
    video.color = ColorTags(range: .limited, matrix: .bt709)
    var options = OutputOptions()
    (options.codec, options.overwrite) = ("ffv1", true)
    let writer = try MediaWriter(.path(path), options: options, video: video)
    for number in 0..<frames {
      let frame = try TestFrames.noise("yuv420p", size.w, size.h, seed: UInt32(number + 1))
      frame.color = video.color
      (frame.timeBase, frame.presentationTime, frame.duration) = (video.timeBase, Int64(number), 1)
      try writer.write(frame)
    }
    try writer.finish()
    return path
  }

  private func samples(_ path: String) throws -> [[[Int]]] {
    let reader = try MediaReader(.path(path))
    var frames: [[[Int]]] = []
    while let event = try reader.next() {
      if case .frame(let frame) = event { frames.append(try TestFrames.samples(frame)) }
    }
    return frames
  }

  @Test(
    "a style with pictures of another size cannot take turns with the picture as it is, and is refused before the first frame",
    arguments: [
      "{\"frame\": 2, \"style\": \"p\"}", "{\"frame\": 0, \"style\": \"p\", \"fade\": 1}",
      "{\"frame\": 0, \"style\": \"p\", \"on\": \"cut\"}",
      "{\"frame\": 0, \"style\": \"p\"}, {\"frame\": 9, \"style\": \"none\"}",
    ])
  func sizesOfSource(keyframes: String) throws {
    let error = try #require(throws: HostError.self) { try prepare(["p": "paint.so:grow=1"], keyframes) }
    #expect(error.exitCode == 2)
    #expect(
      error.description
        == "style 'p' makes pictures of another size (12x8): the picture as it is among a timeline's styles cannot be had with it"
    )
    try prepare(["p": "paint.so"], keyframes)
  }

  @Test("a style with pictures of another size cannot be weakened, and is refused before the first frame")
  func sizesOfStrength() throws {
    let show =
      "{\"frame\": 0, \"style\": \"p\"}, {\"frame\": 2, \"style\": \"p\", \"parameter\": \"strength\", \"value\":"
    let error = try #require(throws: HostError.self) { try prepare(["p": "paint.so:grow=1"], "\(show) 0.5}") }
    #expect(error.exitCode == 2)
    #expect(error.description.contains("style 'p' makes pictures of another size (12x8): strength= cannot be had"))
    try prepare(["p": "paint.so:grow=1"], "\(show) 1}")
    try prepare(["p": "paint.so:grow=1"], "{\"time\": 0, \"style\": \"p\"}")
    try prepare(["p": "paint.so:grow=1"], "")
  }

  @Test("errors of making styles ready name them as the timeline does")
  func names() throws {
    let both = "{\"frame\": 0, \"style\": \"p\"}, {\"frame\": 3, \"style\": \"q\"}"
    let error = try #require(throws: HostError.self) { try prepare(["p": "paint.so:grow=1", "q": "paint.so"], both) }
    #expect(
      error.description == "the styles of a timeline must make pictures of one size: 'p' makes 12x8, 'q' 6x4")
    let large = try #require(throws: HostError.self) {
      try prepare(["p": "paint.so:grow=1", "q": "paint.so:grow=1"], both, w: 40_000)
    }
    #expect(
      large.description.hasPrefix("style 'p', one of 2 that share the memory: plugin 'paint' would give pictures of"))
  }

  @Test("a forecast measures the dearest style at its full strength, whatever the timeline shows first")
  func forecast() throws {
    var job = ConversionJob(source: .path(try clip(frames: 3)), target: .path(scratch.path("none.mkv")))
    job.timeline = try file(
      ["a": "dial.so", "b": "slow.so:strength=0"],
      """
      {"frame": 0, "style": "a"}, {"frame": 50, "style": "b"},
      {"frame": 0, "style": "b", "parameter": "strength", "value": 0},
      {"frame": 90, "style": "b", "parameter": "strength", "value": 1}
      """)
    let forecast = try job.forecast(services, library)
    #expect(try #require(forecast.secondsPerFrame) > 0.019)
    #expect(forecast.description.contains("time     at most about "))
  }

  @Test("what the mask of the style that is shown leaves out is the source to the byte, in both modes")
  func masks() throws {
    let input = try clip(frames: 9)
    // The dial's first columns count the frames of a lane.
    let timeline = try file(
      ["a": "dial.so:mask=between(x\\\\,4\\\\,15)", "b": "dial.so:level=1,mask=gte(x\\\\,32)"],
      "{\"frame\": 0, \"style\": \"a\"}, {\"frame\": 3, \"style\": \"b\"}, {\"frame\": 6, \"style\": \"a\"}")
    let source = try samples(input)
    var outputs: [[[[Int]]]] = []
    for mode in [WorkMode.latency, .throughput] {
      var job = ConversionJob(source: .path(input), target: .path(scratch.path("\(mode).mkv")))
      job.output.codec = "ffv1"
      job.mode = mode
      job.timeline = timeline
      try job.run(services, library, stop: StopSignal())
      outputs.append(try samples(scratch.path("\(mode).mkv")))
    }
    let isSame = outputs[0] == outputs[1]
    #expect(isSame, "the modes differ")
    #expect(outputs[0].count == 9)
    for (number, frame) in outputs[0].enumerated() {
      for plane in 0..<3 {
        let width = plane == 0 ? size.w : size.w / 2
        let inside = (3..<6).contains(number) ? width / 2..<width : 0..<width / 4
        let changed = frame[plane].indices.filter { frame[plane][$0] != source[number][plane][$0] }
        #expect(changed.allSatisfy { inside.contains($0 % width) }, "frame \(number), plane \(plane)")
        #expect(changed.count > inside.count * frame[plane].count / width / 2)
      }
    }
  }
}
