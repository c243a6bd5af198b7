// A picture on loan: planar float32, rows as buffers.
import PluginAPI

/// A picture to read, [c][h][w] float32, planes in the order R, G, B. On loan for the call it came with.
public struct Image {
  // SAFETY: borrowed from the host until the call returns; checked by init, never written through.
  let raw: UnsafePointer<sth_image>

  /// Refuses an image that contradicts itself.
  init(_ pointer: UnsafePointer<sth_image>?) throws(PluginError) {
    guard let pointer, SizedStruct.size(of: pointer) >= MemoryLayout<sth_image>.size else {
      throw PluginError(.invalidArgument, "cannot use an image: its struct sth_image is absent or too short")
    }
    let image = pointer.pointee
    let rowBytes = Int64(image.w) * 4
    let (planeBytes, overflow) = image.h_stride_bytes.multipliedReportingOverflow(by: Int64(image.h))
    guard image.data != nil, image.c >= 1, image.h >= 1, image.w >= 1, image.h_stride_bytes >= rowBytes,
      image.h_stride_bytes % 4 == 0, image.c_stride_bytes % 4 == 0, !overflow,
      image.c == 1 || image.c_stride_bytes >= planeBytes
    else {
      throw PluginError(
        .invalidArgument,
        "cannot use an image: [\(image.c),\(image.h),\(image.w)] with strides of \(image.c_stride_bytes) and "
          + "\(image.h_stride_bytes) bytes contradicts itself")
    }
    raw = pointer
  }

  /// Planes, 3 for R, G, B.
  public var channels: Int { Int(raw.pointee.c) }
  /// Pixels.
  public var height: Int { Int(raw.pointee.h) }
  /// Pixels.
  public var width: Int { Int(raw.pointee.w) }

  /// Row `y` of a plane: `width` pixels. `y` and `plane` must lie inside the image.
  public func row(_ y: Int, plane: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(mutableRow(y, plane: plane))
  }

  /// Row `y` of a plane, for an image that may be written.
  func mutableRow(_ y: Int, plane: Int) -> UnsafeMutableBufferPointer<Float> {
    assert(y >= 0 && y < height && plane >= 0 && plane < channels)
    let image = raw.pointee
    guard let data = image.data else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    // SAFETY: init has checked that rows and planes of these strides do not overlap, and the contract that they exist.
    let start = data + (plane * Int(image.c_stride_bytes) + y * Int(image.h_stride_bytes)) / 4
    return UnsafeMutableBufferPointer(start: start, count: Int(image.w))
  }
}

/// A picture to write. On loan for the call it came with.
public struct MutableImage {
  let image: Image

  /// Planes, 3 for R, G, B.
  public var channels: Int { image.channels }
  /// Pixels.
  public var height: Int { image.height }
  /// Pixels.
  public var width: Int { image.width }

  /// Row `y` of a plane: `width` pixels. `y` and `plane` must lie inside the image.
  public func row(_ y: Int, plane: Int) -> UnsafeMutableBufferPointer<Float> { image.mutableRow(y, plane: plane) }
}
