// Small generated pictures, as files.
import Foundation
import Synchronization
import TestFolders

@testable import Training

/// A folder with pictures of known content.
final class TestPictures {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Writes a picture whose red grows from left to right, green from top to bottom, and whose blue is `blue`.
  @discardableResult
  func ramp(_ name: String, width: Int, height: Int, blue: Float = 0) throws -> String {
    var picture = Picture(height: height, width: width)
    for y in 0..<height {
      for x in 0..<width {
        picture.numbers[y * width + x] = Float(x * 255 / max(1, width - 1))
        picture.numbers[(height + y) * width + x] = Float(y * 255 / max(1, height - 1))
        picture.numbers[(2 * height + y) * width + x] = blue
      }
    }
    return try write(picture, name)
  }

  /// Writes a picture as a file whose ending names its format.
  @discardableResult
  func write(_ picture: Picture, _ name: String) throws -> String {
    let path = scratch.path(name)
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(picture.encoded(as: (name as NSString).pathExtension)).write(to: URL(fileURLWithPath: path))
    return path
  }

  var folder: String { scratch.url.path }
}

/// What was said, from any thread.
final class Said: Sendable {
  private let lines = Mutex<[String]>([])

  func hear(_ line: String) { lines.withLock { $0.append(line) } }

  var all: [String] { lines.withLock { $0 } }
}
