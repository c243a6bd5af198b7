// RangeBridge.swift - the pixel range of one picture brought to the one that a style wants.

import Kernels

/// A linear map of pixel values, made once for a stream.
struct RangeBridge {
  private let scales: [Float]
  private let shifts: [Float]

  /// Nil where black and white are the same on both sides.
  init?(from: PixelRange, to: PixelRange) {
    guard from != to else { return nil }
    let scale = (to.white - to.black) / (from.white - from.black)
    scales = [Float](repeating: scale, count: RangeBridge.channels)
    shifts = [Float](repeating: to.black - from.black * scale, count: RangeBridge.channels)
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
