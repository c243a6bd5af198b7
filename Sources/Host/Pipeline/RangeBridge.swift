// RangeBridge.swift - one style's output range brought to the next one's input range.

import Kernels
import PluginAPI

/// A linear map of pixel values, made once for a stream.
struct RangeBridge {
  private let scales: [Float]
  private let shifts: [Float]

  /// Nil where black and white are the same on both sides.
  init?(from: sth_format, to: sth_format) {
    guard from.out_black != to.in_black || from.out_white != to.in_white else { return nil }
    let scale = (to.in_white - to.in_black) / (from.out_white - from.out_black)
    scales = [Float](repeating: scale, count: RangeBridge.channels)
    shifts = [Float](repeating: to.in_black - from.out_black * scale, count: RangeBridge.channels)
  }

  private static let channels = 3

  /// Maps a picture in place.
  func apply(to image: ImageBuffer, _ services: ComputeServices) {
    let planes = image.planes
    withUnsafePointer(to: planes) { planes in
      services.kernels.pointee.apply_f32(planes, planes, scales, shifts, nil, 0, 0, Int32(RangeBridge.channels))
    }
  }
}
