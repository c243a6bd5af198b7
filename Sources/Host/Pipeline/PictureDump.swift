// PictureDump.swift - one frame in float32, as the first style saw it and the last one made it, for comparison with other engines.

import Foundation
import PluginAPI
import Video

/// Two files without a header: [channels][height][width] float32 of this machine's byte order, rows packed.
public struct PictureDump: Encodable, Sendable {
  /// One of the two files.
  public struct Picture: Encodable, Sendable {
    /// Where it lies.
    public let path: String
    /// Planes.
    public let channels: Int
    /// Rows.
    public let height: Int
    /// Columns.
    public let width: Int
    /// The value of black.
    public let black: Float
    /// The value of white.
    public let white: Float
  }

  /// What the first style saw.
  public let input: Picture
  /// What the last style made.
  public let output: Picture

  /// Runs a frame through a chain that is ready for it and writes `input.f32` and `output.f32` into a folder, which is made where it is missing.
  ///
  /// - Throws: `HostError`.
  init(
    of frame: Frame, at moment: FrameMoment, through chain: StyleChain, _ services: ComputeServices,
    into folder: String
  ) throws(HostError) {
    guard let source = chain.input else { throw StyleChain.notReady }
    let (given, made) = (chain.inputRange, chain.outputRange)
    try FrameUnpacker(services).unpack(frame, into: source, black: given.black, white: given.white)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw HostError(.output, "cannot make the folder \(folder): \(error.localizedDescription)")
    }
    // The input first: a style may use its picture as working memory.
    input = try PictureDump.write(source, given, to: folder + "/input.f32")
    let result = try chain.process(moment)
    output = try PictureDump.write(result, made, to: folder + "/output.f32")
  }

  private static func write(
    _ image: ImageBuffer, _ range: PixelRange, to path: String
  ) throws(HostError) -> Picture {
    var bytes = Data(capacity: image.c * image.h * image.w * 4)
    for c in 0..<image.c {
      for y in 0..<image.h { bytes.append(Data(buffer: image.row(c: c, y: y))) }
    }
    do {
      try bytes.write(to: URL(fileURLWithPath: path))
    } catch {
      throw HostError(.output, "cannot write \(path): \(error.localizedDescription)")
    }
    return Picture(
      path: path, channels: image.c, height: image.h, width: image.w, black: range.black, white: range.white)
  }
}
