// MaskChoice.swift - where a style applies, as it was asked for.

import Foundation
import Video

/// `mask=sky.png`, `mask=moving.mp4` or `mask=gte(x\,w/2)`.
public enum MaskChoice: Equatable, Sendable {
  /// Everywhere.
  case everywhere
  /// Where a picture or a video is light, or opaque.
  case file(String)
  /// Where a formula is above 0.
  case formula(String)

  /// What a formula may be made of: pixels from the left and from above, width and height, seconds and frames from the first frame on.
  static let variables = ["x", "y", "w", "h", "t", "n"]

  /// A file that exists, or else a formula.
  ///
  /// - Throws: `HostError` of kind usage where it is neither, and for pipes and devices: they may keep a run waiting for ever.
  init(parsing text: String, of name: String) throws(HostError) {
    if StyleSpec.isFile(text) {
      guard MaskChoice.isOrdinary(text) else {
        throw HostError(.usage, "\(name): mask=\(text) is a pipe or a device: give an ordinary file")
      }
      self = .file(text)
      return
    }
    do {
      _ = try Expression(text, variables: MaskChoice.variables)
      self = .formula(text)
    } catch {
      throw HostError(.usage, "\(name): mask= names no file, and \(error)")
    }
  }

  private static func isOrdinary(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
