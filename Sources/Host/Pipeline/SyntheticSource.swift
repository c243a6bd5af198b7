// SyntheticSource.swift - a moving picture made of arithmetic, for measuring.

import Video

/// Frames of a colour gradient that moves, 4:2:0 8-bit limited BT.709. One thread.
final class SyntheticSource: FrameSource, @unchecked Sendable {
  // @unchecked: used by the decode thread alone.
  private let pool: FramePool
  private let count: Int
  private var index = 0
  /// Nothing is ever wrong here.
  let damage = Damage()
  /// 25 frames per second.
  static let rate = Rational(25, 1)

  init(h: Int, w: Int, count: Int) throws(HostError) {
    do {
      pool = try FramePool(width: w, height: h, pixelFormat: PixelFormat(named: "yuv420p"))
    } catch {
      throw HostError(error)
    }
    self.count = count
  }

  /// What a writer is told.
  var properties: VideoProperties {
    var properties = VideoProperties(
      width: pool.width, height: pool.height, pixelFormat: pool.pixelFormat, timeBase: Rational(1, 25),
      frameRate: SyntheticSource.rate)
    properties.color = SyntheticSource.color
    return properties
  }

  private static let color = ColorTags(
    range: .limited, matrix: .bt709, primaries: .bt709, transfer: .bt709, chromaLocation: .left)

  func next() throws -> MediaEvent? {
    guard index < count else { return nil }
    let frame = try pool.next()
    for plane in 0..<3 {
      try frame.withMutablePlane(plane) { target in
        for y in 0..<target.height {
          let row = (target.base + y * target.strideBytes).assumingMemoryBound(to: UInt8.self)
          for x in 0..<target.width { row[x] = UInt8(16 + (x &* (plane + 1) &+ y &* (3 - plane) &+ index &* 7) % 220) }
        }
      }
    }
    frame.timeBase = Rational(1, 25)
    frame.presentationTime = Int64(index)
    frame.duration = 1
    frame.color = SyntheticSource.color
    index += 1
    return .frame(frame)
  }

  func interrupt() {}
}
