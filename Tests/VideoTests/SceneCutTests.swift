// SceneCutTests.swift - cuts that are there are found at their frame; what moves, fades or flashes is none.
import AllocationCounter
import Foundation
import TestFolders
import Testing

@testable import Video

@Suite("Scene cuts") struct SceneCutTests {
  /// Numbers of the frames with which shots begin.
  static func cuts(_ frames: [Frame], threshold: Double = SceneCutDetector.defaultThreshold) throws -> [Int] {
    let detector = SceneCutDetector(threshold: threshold)
    return try frames.indices.filter { try detector.isCut(frames[$0]) }
  }

  private func cuts(_ shots: [Shot]) throws -> [Int] { try SceneCutTests.cuts(shots.map { try $0.frame() }) }

  @Test("hard cuts between twelve made shots are all found, each at its frame, and nothing else")
  func hardCuts() throws {
    var shots: [Shot] = []
    for seed in UInt32(1)...12 {
      for step in 0..<5 { shots.append(Scenery(seed: seed).view(x: Double(step) * 0.01)) }
    }
    #expect(try cuts(shots) == Array(stride(from: 5, to: 60, by: 5)))
  }

  @Test("a camera that pans, tilts or zooms cuts nothing", arguments: [0.003, 0.01, 0.03, 0.06, 0.1])
  func camera(speed: Double) throws {
    for seed in UInt32(1)...3 {
      let scenery = Scenery(seed: seed)
      #expect(try cuts((0..<10).map { scenery.view(x: Double($0) * speed) }) == [])
      #expect(try cuts((0..<10).map { scenery.view(y: Double($0) * min(speed, 0.06)) }) == [])
      #expect(try cuts((0..<10).map { scenery.view(width: pow(1 - min(speed, 0.06), Double($0))) }) == [])
    }
  }

  @Test("light that fades, comes back, or changes at once cuts nothing")
  func light() throws {
    for seed in UInt32(4)...6 {
      let shot = Scenery(seed: seed).view()
      #expect(try cuts((0...12).map { shot.lit(gain: 1 - Double($0) / 12) }) == [])
      let outAndIn = Array(0...6) + Array((0...5).reversed())
      #expect(try cuts(outAndIn.map { shot.lit(gain: 1 - Double($0) / 6) }) == [])
      #expect(try cuts(outAndIn.map { shot.lit(offset: Double($0) / 6) }) == [])
      #expect(try cuts([1, 1, 0.4, 0.4, 1, 1].map { shot.lit(gain: $0) }) == [])
    }
  }

  @Test("flashes of one to three frames cut nothing, however much they burn out", arguments: 1...3)
  func flashes(length: Int) throws {
    for seed in UInt32(7)...9 {
      for strength in [0.15, 0.3, 0.5, 0.7, 1] {
        let scenery = Scenery(seed: seed)
        let shots = (0..<12).map { (number: Int) -> Shot in
          let view = scenery.view(x: Double(number) * 0.005)
          return (5..<5 + length).contains(number) ? view.lit(offset: strength) : view
        }
        #expect(try cuts(shots) == [], "seed \(seed), strength \(strength)")
      }
    }
  }

  @Test("a picture put into a shot is a cut at its first frame, the shot's return is none", arguments: 1...2)
  func inserted(length: Int) throws {
    let (shot, other) = (Scenery(seed: 30).view(), Scenery(seed: 31).view())
    let shots = Array(repeating: shot, count: 5) + Array(repeating: other, count: length)
    #expect(try cuts(shots + Array(repeating: shot, count: 5)) == [5])
  }

  @Test("noise cuts nothing: neither on a picture nor alone", arguments: [0.03, 0.06, 0.1])
  func noise(deviation: Double) throws {
    let shot = Scenery(seed: 10).view()
    #expect(try cuts((1...8).map { shot.noisy(deviation, seed: UInt64($0)) }) == [])
    let gray = Shot { _, _ in 0.5 }
    #expect(try cuts((1...8).map { gray.noisy(deviation, seed: UInt64($0)) }) == [])
  }

  @Test("a dissolve is no cut; a cut in noise and in a pan is one")
  func gradual() throws {
    let (first, second) = (Scenery(seed: 11), Scenery(seed: 12))
    #expect(try cuts((0...12).map { first.view().mixed(with: second.view(), Double($0) / 12) }) == [])
    let panned = (0..<6).map { first.view(x: Double($0) * 0.03) } + (0..<6).map { second.view(x: Double($0) * 0.03) }
    #expect(try cuts(panned) == [6])
    #expect(try cuts(panned.enumerated().map { $1.noisy(0.05, seed: UInt64($0 + 1)) }) == [6])
  }

  @Test("bars and a plate that stay through a cut do not hide it", arguments: [0.05, 0.08, 0.15])
  func bars(share: Double) throws {
    let shots = (0..<12).map { Scenery(seed: UInt32(20 + $0 / 4)).view(x: Double($0) * 0.01) }
    #expect(try cuts(shots.map { $0.barred(share, height: 0.6) }) == [4, 8])
  }

  @Test("black or white between two shots is one cut, black within a shot is none")
  func blank() throws {
    let (first, second) = (Scenery(seed: 13).view(), Scenery(seed: 14).view())
    for flat in [0.0, 1.0] {
      let blank = Shot { _, _ in flat }
      let parted = [first, first] + Array(repeating: blank, count: 9) + [second, second, second]
      #expect(try cuts(parted) == [11])
      #expect(try cuts([first, first] + Array(repeating: blank, count: 9) + [first, first]) == [])
    }
    let faded = (0...8).map { first.lit(gain: 1 - Double($0) / 8) } + (1...8).map { second.lit(gain: Double($0) / 8) }
    #expect(try cuts(faded).count == 1)
  }

  @Test(
    "the same cuts in every pixel format",
    arguments: [
      "yuv420p", "yuv444p16le", "yuv420p10le", "nv12", "p010le", "yuyv422", "uyvy422", "rgb24", "bgra", "rgb48le",
      "gbrp", "gbrp12le", "gbrpf32le", "gray16be", "gray12le", "rgb565le", "monow", "ya8", "xyz12le", "bayer_rggb8",
    ])
  func formats(name: String) throws {
    // libswscale reads Bayer patterns but makes none: bytes are put into one as they are.
    let shots = (0..<8).map { Scenery(seed: $0 < 4 ? 15 : 16).view(x: Double($0) * 0.01) }
    if name == "bayer_rggb8" || name == "xyz12le" {
      let frame = try FramePool(width: 64, height: 64, pixelFormat: PixelFormat(named: name)).next()
      #expect(try SceneCutTests.cuts([frame, frame]) == [])
    } else {
      #expect(try SceneCutTests.cuts(shots.map { try $0.frame(name) }) == [4])
    }
  }

  @Test("frames of any size are looked at, also where it changes within a shot")
  func sizes() throws {
    for (width, height) in [(1, 1), (7, 9), (8, 8), (17, 300), (640, 8), (1921, 1081)] {
      let frames = try [17, 17, 18].map { try Scenery(seed: $0).view().frame(width: width, height: height) }
      // Below 8x8 pixels there is nothing to compare.
      #expect(try SceneCutTests.cuts(frames) == (min(width, height) < 8 ? [] : [2]), "\(width)x\(height)")
    }
    let view = Scenery(seed: 19).view()
    #expect(try SceneCutTests.cuts([view.frame(), view.frame(width: 640, height: 360), view.frame()]) == [])
  }

  @Test("looking at a frame allocates nothing once a few have been seen")
  func allocations() throws {
    let frames = try (0..<12).map { try Scenery(seed: $0 / 4).view().frame("yuv420p10le") }
    let detector = SceneCutDetector()
    for frame in frames { _ = try detector.isCut(frame) }
    allocation_counter_watch(1)
    let before = allocation_counter_total()
    for frame in frames { _ = try detector.isCut(frame) }
    let made = allocation_counter_total() - before
    allocation_counter_watch(0)
    #expect(made == 0)
  }
}

/// The cuts of these clips were determined by looking at every frame.
@Suite("Scene cuts of real clips", .enabled(if: SharedData.folder("media/video") != nil, "no shared/media/video"))
struct RealSceneCutTests {
  static let clips: [(name: String, cuts: [Int])] = [
    ("bigbuckbunny", []), ("carphone_pristine", []), ("cutBunny", [235]), ("bikes", [30, 76, 137, 187, 242]),
  ]

  private func frames(_ path: String) throws -> [Frame] {
    let reader = try MediaReader(.path(path))
    var frames: [Frame] = []
    while let event = try reader.next() {
      if case .frame(let frame) = event { frames.append(frame) }
    }
    return frames
  }

  private func clip(_ name: String) throws -> [Frame] {
    try frames(#require(SharedData.folder("media/video")) + "/\(name).mp4")
  }

  @Test("all six are found, each at its frame, and nothing else", arguments: RealSceneCutTests.clips)
  func realClip(name: String, cuts: [Int]) throws {
    #expect(try SceneCutTests.cuts(clip(name)) == cuts)
  }

  @Test("every shot after every other: all cuts but one in a hundred are found at their frame, and nothing else")
  func pairs() throws {
    var shots: [(first: [Frame], last: [Frame])] = []
    // All of one size, as the shots of a film are.
    let converter = try FrameConverter(to: PixelFormat(named: "yuv420p"), size: (640, 360))
    for (name, cuts) in RealSceneCutTests.clips {
      let all = try clip(name)
      for (from, to) in zip([0] + cuts, cuts + [all.count]) {
        let shot = try all[from..<to].map { try converter.convert($0) }
        shots.append((Array(shot.prefix(3)), Array(shot.suffix(3))))
      }
    }
    #expect(shots.count == 10)
    var (found, wrong) = (0, 0)
    for before in shots.indices {
      for after in shots.indices where after != before {
        let cuts = try SceneCutTests.cuts(shots[before].last + shots[after].first)
        found += cuts.contains(3) ? 1 : 0
        wrong += cuts.filter { $0 != 3 }.count
      }
    }
    #expect(found >= 89, "of 90")
    #expect(wrong == 0)
  }

  @Test("a clip at a tenth of the bits, and every third frame of it, has the same cuts")
  func poor() throws {
    let scratch = try Scratch()
    let folder = try #require(SharedData.folder("media/video"))
    try Tool.ffmpeg("-i \(folder)/bikes.mp4 -an -c:v libx264 -crf 40 -preset veryfast \(scratch.path("poor.mp4"))")
    #expect(try SceneCutTests.cuts(frames(scratch.path("poor.mp4"))) == [30, 76, 137, 187, 242])
    let fast = try clip("bikes").enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    #expect(try SceneCutTests.cuts(fast) == [10, 26, 46, 63, 81])
  }
}
