// MaskReader.swift - the pictures of a mask file, in the order of time.

import Video

/// Reads a picture or a video along with the frames of a run. Belongs to the decode thread.
final class MaskReader {
  private let reader: MediaReader
  private let path: String
  private let usesAlpha: Bool
  private let unpacker: FrameUnpacker
  private var clock: FrameClock
  private var current: MaskPicture
  private var next: (picture: MaskPicture, seconds: Double)?
  private var hasEnded = false

  /// Times in containers are rounded: a picture is due so many seconds early.
  private static let tolerance = 1e-3

  /// Opens a file and reads its first picture. Weights are its alpha where that is used, and its luma where it is opaque.
  ///
  /// - Throws: `HostError` of kind usage for what is no picture.
  init(_ path: String, _ services: ComputeServices) throws(HostError) {
    do {
      self.path = path
      unpacker = FrameUnpacker(services)
      reader = try MediaReader(.path(path))
      guard let frame = try MaskReader.frame(of: reader) else { throw HostError(.usage, "there is no picture in it") }
      let planar = try unpacker.readable(frame)
      usesAlpha = try MaskPicture.isTransparent(planar)
      clock = FrameClock(frameRate: reader.info.frameRate)
      _ = clock.seconds(of: frame)
      current = MaskPicture(planar, usesAlpha: usesAlpha)
    } catch {
      throw HostError(.usage, "cannot use \(path) as a mask: \(error)")
    }
  }

  /// The picture that is due so many seconds after the first one; the last one holds.
  ///
  /// - Throws: `HostError` of kind input where the file cannot be read on.
  func picture(at seconds: Double) throws(HostError) -> MaskPicture {
    do {
      while !hasEnded {
        if next == nil { next = try following() }
        guard let due = next, due.seconds <= seconds + MaskReader.tolerance else { break }
        current = due.picture
        next = nil
      }
      return current
    } catch {
      throw HostError(.input, "cannot read on in the mask \(path): \(error)")
    }
  }

  private func following() throws -> (picture: MaskPicture, seconds: Double)? {
    guard let frame = try MaskReader.frame(of: reader) else {
      hasEnded = true
      return nil
    }
    return (MaskPicture(try unpacker.readable(frame), usesAlpha: usesAlpha), clock.seconds(of: frame))
  }

  private static func frame(of reader: MediaReader) throws -> Frame? {
    while let event = try reader.next() {
      if case .frame(let frame) = event { return frame }
    }
    return nil
  }
}
