// A picture as networks learn from it.
import Foundation
import PluginKit
import Video

/// R, G, B planes of float32, 0...255: [3][height][width] without gaps.
public struct Picture: Equatable, Sendable {
  /// Pixels, >= 1.
  public let height, width: Int
  /// 3 * height * width numbers.
  public var numbers: [Float]

  /// A picture of one value.
  public init(height: Int, width: Int, filledWith value: Float = 0) {
    (self.height, self.width) = (height, width)
    numbers = [Float](repeating: value, count: 3 * height * width)
  }

  /// Planes of 8-bit R'G'B' lie in libav's order: G, B, R.
  private static let planes = [2, 0, 1]
  /// The one format that pictures come from and go to.
  static var pixelFormat: PixelFormat {
    get throws(VideoError) { try PixelFormat(named: "gbrp") }
  }

  /// A part of a frame of `pixelFormat`, from its top left corner (x, y).
  init(_ frame: Video.Frame, x: Int, y: Int, height: Int, width: Int) throws {
    self.init(height: height, width: width)
    guard x >= 0, y >= 0, x + width <= frame.width, y + height <= frame.height else {
      throw VideoError.usage("a part of \(width)x\(height) at (\(x), \(y)) reaches out of its picture")
    }
    for (channel, plane) in Self.planes.enumerated() {
      try frame.withPlane(plane) { plane in
        for row in 0..<height {
          let from = plane.base.advanced(by: (y + row) * plane.strideBytes + x).assumingMemoryBound(to: UInt8.self)
          let to = (channel * height + row) * width
          // SAFETY: the part lies inside the frame, whose plane is lent.
          for column in 0..<width { numbers[to + column] = Float(from[column]) }
        }
      }
    }
  }

  /// Turned over, left to right.
  func mirrored() -> Picture {
    var turned = self
    for row in 0..<3 * height {
      for x in 0..<width { turned.numbers[row * width + x] = numbers[row * width + width - 1 - x] }
    }
    return turned
  }

  /// Copies it to an image of its size.
  func write(to image: MutableImage) {
    for channel in 0..<3 {
      for row in 0..<height {
        let start = (channel * height + row) * width
        let to = image.row(row, plane: channel)
        numbers.withUnsafeBufferPointer { from in for x in 0..<width { to[x] = from[start + x] } }
      }
    }
  }

  /// What an image of three planes shows; values beyond 0...255 are clamped.
  init(_ image: Image) {
    self.init(height: image.height, width: image.width)
    for channel in 0..<3 {
      for row in 0..<height {
        let from = image.row(row, plane: channel)
        let start = (channel * height + row) * width
        for x in 0..<width { numbers[start + x] = min(max(from[x], 0), 255) }
      }
    }
  }

  /// The bytes of a picture file of a kind ("jpg", "png").
  func encoded(as kind: String) throws(TrainingError) -> [UInt8] {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).\(kind)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      try MediaWriter.writePicture(frame(), to: path)
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch let error as VideoError {
      throw TrainingError(error)
    } catch {
      throw TrainingError(.output, "cannot make a \(kind) of a preview: \(error.localizedDescription)")
    }
  }

  private func frame() throws -> Video.Frame {
    let frame = try FramePool(width: width, height: height, pixelFormat: try Self.pixelFormat).next()
    frame.color = ColorTags(range: .full, matrix: .rgb)
    for (channel, plane) in Self.planes.enumerated() {
      try frame.withMutablePlane(plane) { plane in
        for row in 0..<height {
          let to = plane.base.advanced(by: row * plane.strideBytes).assumingMemoryBound(to: UInt8.self)
          let from = (channel * height + row) * width
          // SAFETY: the pool made planes of this size.
          for x in 0..<width { to[x] = UInt8(min(max(numbers[from + x], 0), 255) + 0.5) }
        }
      }
    }
    return frame
  }
}
