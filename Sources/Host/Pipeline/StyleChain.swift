// StyleChain.swift - one or more styles in a row: float pictures go from one to the next without leaving float.

import Foundation
import Kernels
import PluginAPI

/// A chain of live styles, made ready for one size at a time. Used by one thread at a time.
public final class StyleChain: @unchecked Sendable {
  // @unchecked: handed from the control to the process thread.
  private let instances: [StyleInstance]
  private let services: ComputeServices
  private var formats: [sth_format] = []
  private var images: [ImageBuffer] = []
  /// How the values of a style's input are made of those before it; nil where they fit as they are.
  private var bridges: [RangeBridge?] = []
  private var prepared: (h: Int, w: Int)?

  init(_ instances: [StyleInstance], _ services: ComputeServices) {
    self.instances = instances
    self.services = services
  }

  deinit { deactivate() }

  /// Negotiates and activates every style for a stream; again for another size deactivates first.
  ///
  /// - Returns: the size of the output.
  /// - Throws: `HostError` of kind plugin.
  @discardableResult
  func prepare(h: Int, w: Int, frameRate: (num: Int32, den: Int32)) throws(HostError) -> (h: Int, w: Int) {
    if let prepared, prepared == (h, w), let last = images.last { return (last.h, last.w) }
    deactivate()
    var size = (h: h, w: w)
    var made = [try ImageBuffer(h: h, w: w)]
    for instance in instances {
      let stream = sth_stream(
        struct_size: UInt32(MemoryLayout<sth_stream>.size), h: Int32(size.h), w: Int32(size.w),
        frame_rate_num: frameRate.num, frame_rate_den: frameRate.den, reserved: 0)
      let format = try instance.negotiate(stream)
      try instance.activate(stream, format)
      size = (Int(format.out_h), Int(format.out_w))
      bridges.append(formats.last.flatMap { RangeBridge(from: $0, to: format) })
      formats.append(format)
      made.append(try ImageBuffer(h: size.h, w: size.w))
    }
    images = made
    prepared = (h, w)
    return size
  }

  /// Where the input is to be put, after `prepare`.
  var input: ImageBuffer? { images.first }
  /// Values of black and white that the input must have.
  var inputRange: (black: Float, white: Float) { formats.first.map { ($0.in_black, $0.in_white) } ?? (0, 1) }
  /// Values of black and white in the output.
  var outputRange: (black: Float, white: Float) { formats.last.map { ($0.out_black, $0.out_white) } ?? (0, 1) }
  /// Ids of the styles, "a -> b".
  public var description: String { instances.map(\.plugin.info.id).joined(separator: " -> ") }

  /// Runs the picture in `input` through all styles.
  ///
  /// - Returns: the picture of the last style, good until the next call.
  func process(_ info: sth_frame_info) throws(HostError) -> ImageBuffer {
    var info = info
    for (position, instance) in instances.enumerated() {
      bridges[position]?.apply(to: images[position], services)
      try instance.process(&info, from: images[position].image, to: images[position + 1].image)
    }
    guard let output = images.last else {
      throw HostError(.plugin, "the styles were not made ready: please report this")
    }
    return output
  }

  private func deactivate() {
    instances.forEach { $0.deactivate() }
    formats = []
    images = []
    bridges = []
    prepared = nil
  }
}
