// TimelineRunTests.swift - a timeline at work: each frame has the values and the style it should have, in every mode.

import AllocationCounter
import Foundation
import PluginAPI
import TestFolders
import Testing
import Video

@testable import Host

@Suite("a timeline at work", .timeLimit(.minutes(2)))
struct TimelineRunTests {
  private let services: ComputeServices
  private let library: PluginLibrary
  private let scratch: Scratch

  init() throws {
    services = try ComputeServices(threads: 3)
    scratch = try Scratch()
    // One plugin that remembers frames, and one that says it does not.
    let (bound, free) = (
      try PluginFixture.folder(["dial"]), try PluginFixture.folder(["dial"], flags: "-DFLAGS=STH_PLUGIN_STATELESS")
    )
    try FileManager.default.moveItem(atPath: bound + "/dial.so", toPath: scratch.path("bound.so"))
    try FileManager.default.moveItem(atPath: free + "/dial.so", toPath: scratch.path("free.so"))
    library = PluginLibrary(
      folders: [], executable: PluginFixture.executable, cacheFolder: try Scratch.lasting())
  }

  private func file(_ styles: [String: String], _ keyframes: String) throws -> TimelineFile {
    let named = styles.map { "\"\($0.key)\": \"\(scratch.path($0.value))\"" }.sorted().joined(separator: ", ")
    return try TimelineFile(Data("{\"styles\": {\(named)}, \"keyframes\": [\(keyframes)]}".utf8), name: "t.json")
  }

  /// A chain with a timeline, and what gives frames their moments.
  private func run(
    _ styles: [String: String], _ keyframes: String, given: [String] = []
  ) throws -> (chain: StyleChain, moments: (Int, Set<Int>) throws -> [FrameMoment]) {
    var specs: [StyleSpec] = []
    for text in given { specs.append(try StyleSpec(parsing: scratch.path(text))) }
    let timeline = try Timeline(file(styles, keyframes), given: specs, StyleResolver(library, styleFolders: []))
    let chain = try StyleChain.start(timeline.styles, services)
    try chain.prepare(h: 4, w: 6, frameRate: (10, 1))
    return (
      chain,
      { count, cuts in
        var director = timeline.director(frameRate: 10)
        return (0..<count).map {
          var moment = FrameMoment(info: sth_frame_info(), number: $0, seconds: Double($0) / 10)
          moment.info.flags = cuts.contains($0) ? STH_FRAME_SCENE_CUT : 0
          if let showing = director?.next(moment, isCut: cuts.contains($0)) { moment.showing = showing }
          return moment
        }
      }
    )
  }

  /// A pixel after a gray frame went through the chain, black 0 and white 1.
  private func pixel(_ chain: StyleChain, _ moment: FrameMoment, x: Int = 3, gray: Float = 0.5) throws -> [Float] {
    let input = try #require(chain.input)
    let (given, made) = (chain.inputRange, chain.outputRange)
    for c in 0..<3 {
      for y in 0..<input.h { input.row(c: c, y: y).update(repeating: given.black + gray * (given.white - given.black)) }
    }
    let output = try chain.process(moment)
    return (0..<3).map { (output.row(c: $0, y: 2)[x] - made.black) / (made.white - made.black) }
  }

  private func near(_ a: Float, _ b: Double, _ tolerance: Double = 1e-6) -> Bool { abs(Double(a) - b) < tolerance }

  @Test("every kind of parameter has its value at every frame")
  func values() throws {
    let set = "\"style\": \"s1\", \"parameter\":"
    let (chain, moments) = try run(
      [:],
      """
      {"frame": 2, \(set) "level", "value": 0}, {"frame": 12, \(set) "level", "value": 1, "easing": "ease-in-out"},
      {"time": 0, \(set) "count", "value": 0}, {"time": 1, \(set) "count", "value": 10},
      {"time": 0.5, \(set) "shape", "value": "star"}, {"frame": 0, \(set) "shape", "value": "square"},
      {"frame": 7, \(set) "flip", "value": true}, {"frame": 0, \(set) "flip", "value": false},
      {"frame": 0, \(set) "word", "value": "apple"}, {"frame": 3, \(set) "word", "value": "zebra"}
      """, given: ["bound.so"])
    let curve = try #require(Easing("ease-in-out"))
    for moment in try moments(20, []) {
      let number = moment.number
      let colour = try pixel(chain, moment)
      #expect(near(colour[0], curve.progress(Double(number - 2) / 10)))
      let green = min(10, number) + 16 * (number < 5 ? 1 : 2) + (number < 7 ? 0 : 64)
      #expect(near(colour[1], Double(green) / 255))
      let letter = try pixel(chain, moment, x: 0)[0]
      #expect(near(letter, Double(UInt8(ascii: number < 3 ? "a" : "z")) / 255))
    }
  }

  @Test("a cross-fade mixes the two results frame by frame, whatever range each has")
  func crossFade() throws {
    let (chain, moments) = try run(
      ["a": "bound.so:level=0.2", "b": "free.so:level=0.8,white=255"],
      "{\"frame\": 0, \"style\": \"a\"}, {\"time\": 0.4, \"style\": \"b\", \"fade\": 0.8}, {\"frame\": 16, \"style\": \"none\", \"fade\": 0.4}"
    )
    for moment in try moments(24, []) {
      let number = Double(moment.number)
      let ofB = min(1, max(0, (number - 4) / 8))
      let ofNone = min(1, max(0, (number - 16) / 4))
      let expected = (0.2 * (1 - ofB) + 0.8 * ofB) * (1 - ofNone) + 0.5 * ofNone
      #expect(near(try pixel(chain, moment)[0], expected), "frame \(moment.number)")
    }
  }

  @Test("a style is fed only while it is seen")
  func feeding() throws {
    let (chain, moments) = try run(
      ["a": "bound.so", "b": "free.so"],
      "{\"frame\": 0, \"style\": \"a\"}, {\"frame\": 3, \"style\": \"b\"}, {\"frame\": 6, \"style\": \"a\", \"fade\": 0.2}, {\"frame\": 10, \"style\": \"none\"}"
    )
    let fed = try moments(12, []).map { Double(try pixel(chain, $0, x: 1)[0]) * 255 }
    // In the middle of the fade both are seen: the one for the fourth time, the other for the fifth.
    let expected = [1, 2, 3, 1, 2, 3, 4, 4.5, 5, 6, 127.5, 127.5]
    #expect(zip(fed, expected).allSatisfy { abs($0 - $1) < 1e-3 }, "\(fed)")
  }

  @Test("a scene cut resets every style of a chain before its frame; coming back after a pause does so too")
  func resets() throws {
    let (chain, moments) = try run(
      ["a": "bound.so", "b": "bound.so"],
      "{\"frame\": 0, \"style\": \"a\"}, {\"frame\": 4, \"style\": \"b\"}, {\"frame\": 8, \"style\": \"a\"}")
    let blue = try moments(12, [2, 6]).map { Int((try pixel(chain, $0)[2] * 255).rounded()) }
    let (cut, missed) = (16 * Int(STH_RESET_SCENE_CUT) + 2, 16 * Int(STH_RESET_DISCONTINUITY))
    #expect(blue == [0, 0, cut, 0, 0, 0, cut, 0, missed, 0, 0, 0])
    let (row, rowMoments) = try run([:], "", given: ["bound.so", "bound.so"])
    for moment in try rowMoments(4, [3]) {
      #expect(try Int((pixel(row, moment)[2] * 255).rounded()) == (moment.number == 3 ? cut : 0))
    }
  }

  @Test("a style that forgets its frames is told of cuts, but not of frames that it has missed")
  func stateless() throws {
    let (chain, moments) = try run([:], "", given: ["free.so"])
    let blue = try moments(12, [6, 9]).filter { $0.number % 3 == 0 }.map {
      Int((try pixel(chain, $0)[2] * 255).rounded())
    }
    let cut = 16 * Int(STH_RESET_SCENE_CUT) + 2
    #expect(blue == [0, 0, cut, cut])
  }

  @Test("a frame after packets that could not be decoded is marked, and so is the first of a shot")
  func marks() throws {
    let pool = try FramePool(width: 64, height: 48, pixelFormat: PixelFormat(named: "gray"))
    let moments = FrameMoments(cuts: SceneCutDetector())
    let flags = try [(0, 0), (0, 2), (0, 2), (99_999, 2), (99_999, 3)].map { (seed, lost) in
      let frame = try pool.next()
      try frame.withMutablePlane(0) { plane in
        for place in 0..<48 * 64 {
          let value = TimelineRunTests.noise(UInt32(place / 128 * 32 + place % 64 / 2 + seed))
          plane.base.storeBytes(of: value, toByteOffset: place / 64 * plane.strideBytes + place % 64, as: UInt8.self)
        }
      }
      return try moments.next(frame, lostPackets: lost).info.flags
    }
    #expect(flags == [0, STH_FRAME_DISCONTINUITY, 0, STH_FRAME_SCENE_CUT, STH_FRAME_DISCONTINUITY])
  }

  @Test("what a frame has left untouched is told by the masks of the styles it shows")
  func masks() throws {
    let (chain, moments) = try run(
      ["a": "bound.so:mask=lt(x\\\\,3)", "b": "free.so:mask=gte(x\\\\,4)"],
      """
      {"frame": 0, "style": "a"}, {"frame": 2, "style": "b"}, {"frame": 4, "style": "a", "fade": 0.2}, {"frame": 8, "style": "none"}
      """)
    let weights = try moments(9, []).map { moment -> [[Float]] in
      _ = try pixel(chain, moment)
      return chain.masks.map { Array($0.row(c: 0, y: 1)) }
    }
    let (a, b): ([Float], [Float]) = ([1, 1, 1, 0, 0, 0], [0, 0, 0, 0, 1, 1])
    #expect(weights == [[a], [a], [b], [b], [b], [a, b], [a], [a], []])
    let (mixed, mixedMoments) = try run(["a": "bound.so:mask=lt(x\\\\,3)"], "", given: ["free.so"])
    for moment in try mixedMoments(2, []) {
      _ = try pixel(mixed, moment)
      #expect(mixed.masks.isEmpty)
    }
  }

  @Test("frames of a run with fades, switches and changing values allocate nothing")
  func allocations() throws {
    let set = "\"style\": \"a\", \"parameter\":"
    let (chain, moments) = try run(
      ["a": "free.so", "b": "free.so:white=255"],
      """
      {"frame": 0, "style": "a"}, {"frame": 5, "style": "b", "fade": 1}, {"frame": 20, "style": "a", "fade": 1},
      {"frame": 0, \(set) "level", "value": 0}, {"frame": 40, \(set) "level", "value": 1, "easing": "ease-in"},
      {"frame": 0, \(set) "word", "value": "x"}, {"frame": 8, \(set) "word", "value": "y"}
      """, given: ["bound.so"])
    let all = try moments(40, [10, 30])
    for moment in all { _ = try chain.process(moment) }
    allocation_counter_watch(1)
    let before = allocation_counter_total()
    for moment in all { _ = try chain.process(moment) }
    let made = allocation_counter_total() - before
    allocation_counter_watch(0)
    #expect(made == 0)
  }

  /// A clip of two shots, 4:4:4 in 8 bits: noise that stays, and from `cut` on other noise. Matroska rounds its times to milliseconds.
  private func clip(frames: Int, cut: Int, rate: Rational) throws -> String {
    let path = scratch.path("clip.mkv")
    let (h, w) = (48, 64)
    var video = VideoProperties(
      width: w, height: h, pixelFormat: try PixelFormat(named: "gbrp"), timeBase: rate.inverse, frameRate: rate)
    video.color = .unspecified
    var options = OutputOptions()
    options.codec = "ffv1"
    let writer = try MediaWriter(.path(path), options: options, video: video)
    let pool = try FramePool(width: w, height: h, pixelFormat: video.pixelFormat)
    for number in 0..<frames {
      let frame = try pool.next()
      for plane in 0..<3 {
        try frame.withMutablePlane(plane) { target in
          for y in 0..<h {
            for x in 0..<w {
              let value = TimelineRunTests.noise(UInt32(y / 2 * 64 + x / 2) &+ (number < cut ? 0 : 99_999))
              target.base.storeBytes(of: value, toByteOffset: y * target.strideBytes + x, as: UInt8.self)
            }
          }
        }
      }
      frame.timeBase = rate.inverse
      frame.presentationTime = Int64(number)
      frame.duration = 1
      try writer.write(frame)
    }
    try writer.finish()
    return path
  }

  private static func noise(_ place: UInt32) -> UInt8 {
    var value = (place ^ (place >> 16)) &* 0x85EB_CA6B
    value = (value ^ (value >> 13)) &* 0xC2B2_AE35
    return UInt8((value ^ (value >> 16)) & 255)
  }

  /// Seconds, middle pixel (R, G, B codes) and whole green plane of every frame of a file.
  private func frames(of path: String) throws -> [(time: Double, colour: [Int], green: Data)] {
    let reader = try MediaReader(.path(path))
    let planar = try FrameConverter(to: PixelFormat(named: "gbrp"))
    var result: [(time: Double, colour: [Int], green: Data)] = []
    while let event = try reader.next() {
      guard case .frame(let coded) = event else { continue }
      let frame = try planar.convert(coded)
      let colour = try [2, 0, 1].map { plane in
        try frame.withPlane(plane) { Int($0.base.load(fromByteOffset: 20 * $0.strideBytes + 30, as: UInt8.self)) }
      }
      let green = try frame.withPlane(0) { Data(bytes: $0.base, count: $0.strideBytes * $0.height) }
      result.append((frame.seconds ?? -1, colour, green))
    }
    return result
  }

  private func job(_ input: String, _ output: String, _ timeline: TimelineFile) -> ConversionJob {
    var job = ConversionJob(source: .path(input), target: .path(scratch.path(output)))
    job.output.codec = "ffv1"
    job.output.overwrite = true
    job.timeline = timeline
    return job
  }

  @Test("a whole run: no frame lost or shifted, values and styles at their frames, the same bytes in both modes")
  func wholeRun() throws {
    let input = try clip(frames: 60, cut: 37, rate: Rational(30000, 1001))
    let set = "\"style\": \"a\", \"parameter\":"
    let timeline = try file(
      ["a": "free.so", "b": "free.so:level=1,white=255", "c": "free.so:level=0.4"],
      """
      {"frame": 0, "style": "a"}, {"frame": 10, "style": "b", "fade": 0.5}, {"frame": 30, "style": "c", "on": "cut"},
      {"time": 1.5015, "style": "none"},
      {"frame": 0, \(set) "level", "value": 0}, {"frame": 10, \(set) "level", "value": 0.5}
      """)
    var outputs: [[(time: Double, colour: [Int], green: Data)]] = []
    for mode in [WorkMode.latency, .throughput] {
      var job = job(input, "\(mode).mkv", timeline)
      job.mode = mode
      try job.run(services, library, stop: StopSignal())
      outputs.append(try frames(of: scratch.path("\(mode).mkv")))
    }
    let given = try frames(of: input)
    for output in outputs {
      #expect(output.map(\.time) == given.map(\.time))
      for (number, frame) in output.enumerated() {
        let share = min(1, max(0, (frame.time - given[10].time) / 0.5))
        let level = number <= 10 ? Double(number) / 20 : 0.5 * (1 - share) + share
        let red = number >= 45 ? Double(given[number].colour[0]) : 255 * (number >= 37 ? 0.4 : level)
        #expect(abs(Double(frame.colour[0]) - red) <= 1, "frame \(number)")
        #expect(frame.colour[2] == (number == 37 ? 34 : number >= 45 ? given[number].colour[2] : 0), "frame \(number)")
      }
    }
    let isSame = outputs[0].elementsEqual(outputs[1]) { $0.colour == $1.colour && $0.green == $1.green }
    #expect(isSame, "the modes differ")
  }

  @Test("without a threshold no cut is looked for, and a switch that waits for one is refused")
  func noCuts() throws {
    let input = try clip(frames: 12, cut: 6, rate: Rational(25, 1))
    var silent = job(input, "silent.mkv", try file(["a": "free.so"], ""))
    silent.sceneThreshold = 0
    try silent.run(services, library, stop: StopSignal())
    #expect(try frames(of: scratch.path("silent.mkv")).allSatisfy { $0.colour[2] == 0 })
    var waiting = job(
      input, "waiting.mkv", try file(["a": "free.so"], "{\"time\": 0, \"style\": \"a\", \"on\": \"cut\"}"))
    waiting.sceneThreshold = 0
    let error = #expect(throws: HostError.self) { try waiting.run(services, library, stop: StopSignal()) }
    #expect(error?.exitCode == 2)
    #expect(
      error?.description == "t.json: keyframe 1 (time 0) waits for a scene cut, and --scene-threshold 0 finds none")
  }
}
