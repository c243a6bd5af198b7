// Scenery.swift - made landscapes that can be panned, zoomed, faded and cut: shots whose cuts are known.
import Foundation

@testable import Video

/// A picture without end, made of arithmetic: value noise over five octaves, and hard-edged discs.
struct Scenery {
  let seed: UInt32

  /// Brightness 0...1 of a point; one unit is the width of a frame.
  func value(_ x: Double, _ y: Double) -> Double {
    var (sum, scale, weight) = (0.0, 3.0, 0.5)
    for octave in 0..<5 {
      sum += weight * (noise(x * scale, y * scale, UInt32(octave)) - 0.5)
      (scale, weight) = (scale * 2.1, weight * 0.6)
    }
    let cell = (floor(x * 4), floor(y * 4))
    let centre = (hash(cell.0, cell.1, 77), hash(cell.0, cell.1, 78))
    let distance = hypot(x * 4 - cell.0 - centre.0, y * 4 - cell.1 - centre.1)
    if distance < 0.3 { sum += hash(cell.0, cell.1, 79) > 0.5 ? 0.3 : -0.3 }
    return min(1, max(0, 0.5 + sum))
  }

  private func noise(_ x: Double, _ y: Double, _ octave: UInt32) -> Double {
    let (left, top) = (floor(x), floor(y))
    let (fx, fy) = (x - left, y - top)
    let upper = hash(left, top, octave) * (1 - fx) + hash(left + 1, top, octave) * fx
    let lower = hash(left, top + 1, octave) * (1 - fx) + hash(left + 1, top + 1, octave) * fx
    return upper * (1 - fy) + lower * fy
  }

  private func hash(_ x: Double, _ y: Double, _ salt: UInt32) -> Double {
    var value = seed &* 0x9E37_79B1 &+ salt &* 0x85EB_CA6B
    for part in [Int32(x), Int32(y)] {
      value = (value ^ UInt32(bitPattern: part)) &* 0xC2B2_AE35
      value ^= value >> 15
      value = value &* 0x27D4_EB2F
      value ^= value >> 13
    }
    return Double(value >> 8) / Double(1 << 24)
  }

  /// What a camera sees: `x`, `y` is the upper left corner, `width` how much it has in view.
  func view(x: Double = 0, y: Double = 0, width: Double = 1) -> Shot {
    Shot { (px, py) in value(x + px * width, y + py * width) }
  }
}

/// Brightness by place, 0...1 for one width of the frame.
struct Shot {
  let value: (_ x: Double, _ y: Double) -> Double

  /// The same in other light; what gets brighter than white is white.
  func lit(gain: Double = 1, offset: Double = 0) -> Shot {
    Shot { min(1, max(0, value($0, $1) * gain + offset)) }
  }

  /// A mixture with another shot.
  func mixed(with other: Shot, _ share: Double) -> Shot {
    Shot { value($0, $1) * (1 - share) + other.value($0, $1) * share }
  }

  /// Between black bars, each this share of the width high, with a white plate in a corner of the picture.
  func barred(_ share: Double, height: Double) -> Shot {
    Shot { x, y in
      if y < share || y > height - share { return 0 }
      let isPlate = (0.8...0.9).contains(x) && (share + 0.05...share + 0.1).contains(y)
      return isPlate ? 1 : value(x, y)
    }
  }

  /// With noise of a standard deviation.
  func noisy(_ deviation: Double, seed: UInt64) -> Shot {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
    // Four uniform numbers are near enough to a bell.
    return Shot { min(1, max(0, value($0, $1) + deviation * (next() + next() + next() + next() - 2) * 1.73)) }
  }

  /// A frame of it, gray in 8 bits or what libswscale makes of that in another format.
  func frame(width: Int = 160, height: Int = 96, _ format: String = "gray") throws -> Frame {
    let frame = try FramePool(width: width, height: height, pixelFormat: PixelFormat(named: "gray")).next()
    try frame.withMutablePlane(0) { plane in
      for y in 0..<height {
        for x in 0..<width {
          let value = value(Double(x) / Double(width), Double(y) / Double(width))
          plane.base.storeBytes(of: UInt8(value * 255), toByteOffset: y * plane.strideBytes + x, as: UInt8.self)
        }
      }
    }
    if format == "gray" { return frame }
    return try FrameConverter(to: PixelFormat(named: format)).convert(frame)
  }
}
