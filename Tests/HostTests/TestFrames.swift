// TestFrames.swift - frames full of noise, their codes, and a chain of fixture styles to send them through.

import Testing
import Video

@testable import Host

enum TestFrames {
  /// A frame in which every code may come, headroom included.
  static func noise(
    _ format: String, _ w: Int, _ h: Int, _ color: ColorTags = .unspecified, seed: UInt32 = 1
  ) throws -> Frame {
    let pixelFormat = try PixelFormat(named: format)
    let frame = try FramePool(width: w, height: h, pixelFormat: pixelFormat).next()
    frame.color = color
    frame.timeBase = Rational(1, 25)
    frame.presentationTime = 42
    var state = seed
    for index in 0..<frame.planeCount {
      try frame.withMutablePlane(index) { plane in
        for y in 0..<plane.height {
          for x in 0..<plane.width {
            state = state &* 1_664_525 &+ 1_013_904_223
            let code = Int(state >> 16) % (1 << pixelFormat.layout.bitDepth)
            if plane.bytesPerSample == 1 {
              plane.base.storeBytes(of: UInt8(code), toByteOffset: y * plane.strideBytes + x, as: UInt8.self)
            } else {
              plane.base.storeBytes(of: UInt16(code), toByteOffset: y * plane.strideBytes + 2 * x, as: UInt16.self)
            }
          }
        }
      }
    }
    return frame
  }

  /// The codes of each plane, row after row.
  static func samples(_ frame: Frame) throws -> [[Int]] {
    try (0..<frame.planeCount).map { index in
      try frame.withPlane(index) { plane in
        (0..<plane.height).flatMap { y in
          (0..<plane.width).map { x in
            plane.bytesPerSample == 1
              ? Int(plane.base.load(fromByteOffset: y * plane.strideBytes + x, as: UInt8.self))
              : Int(plane.base.load(fromByteOffset: y * plane.strideBytes + 2 * x, as: UInt16.self))
          }
        }
      }
    }
  }
}

/// Fixture styles as `-s` names them: "paint:strength=0.5".
struct TestStyles {
  let services: ComputeServices
  private let folder: String

  init(
    threads: Int = 2, flags: String = "-DFLAGS=STH_PLUGIN_STATELESS", log: HostLog = HostLog(level: .error)
  ) throws {
    services = try ComputeServices(threads: threads, log: log)
    folder = try PluginFixture.folder(["paint", "mischief"], flags: flags)
  }

  func resolve(_ text: String) throws -> ResolvedStyle {
    let spec = try StyleSpec(parsing: text)
    return try ResolvedStyle(
      try LoadedPlugin(path: "\(folder)/\(spec.name).so"), spec.assignments, StyleCatalogue(folders: []))
  }

  func chain(_ texts: [String]) throws -> StyleChain { try StyleChain.start(texts.map(resolve), services) }

  /// Sends frames of one size through a chain, into frames of the format they came in.
  func stylise(_ frames: [Frame], _ texts: [String]) throws -> [Frame] {
    let first = try #require(frames.first)
    let styles = try texts.map(resolve)
    let stylist = FrameStylist(
      try StyleChain.start(styles, services), services,
      output: .init(
        size: (first.height, first.width), pixelFormat: first.pixelFormat.nearestPlanar, color: first.color),
      frameRate: nil, times: StageTimes())
    let moments = FrameMoments(masks: try MaskFiles(of: styles, services))
    return try frames.map { try stylist.stylize($0, at: moments.next($0)) }
  }

  /// The codes of one frame after a chain.
  func samples(_ frame: Frame, _ texts: String...) throws -> [[Int]] {
    try TestFrames.samples(#require(try stylise([frame], texts).first))
  }
}
