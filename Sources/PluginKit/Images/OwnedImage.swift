// A picture of the plugin's own, for work before the first frame: features of a style, a reduced copy.
import PluginAPI

/// Planar float32 memory of the host, any number of planes; given back when the value ends. Not for `process`: make it in
/// `init` or `activate`.
public struct OwnedImage: ~Copyable {
  private let host: PluginHost
  private let memory: UnsafeMutableRawPointer
  private let raw: UnsafeMutablePointer<sth_image>

  /// A picture of unknown content, each extent >= 1.
  /// Throws `noMemory` where the host has none left, or is not allowed so much.
  public init(host: PluginHost, channels: Int, height: Int, width: Int) throws(PluginError) {
    let rowBytes = (min(width, Int(Int32.max)) * 4 + 63) / 64 * 64
    let (planeBytes, tooHigh) = rowBytes.multipliedReportingOverflow(by: height)
    let (bytes, tooMany) = planeBytes.multipliedReportingOverflow(by: channels)
    guard channels >= 1, height >= 1, width >= 1, !tooHigh, !tooMany, bytes < Int.max - 64,
      let c = Int32(exactly: channels), let h = Int32(exactly: height), let w = Int32(exactly: width),
      let memory = host.raw.pointee.allocate?(host.raw, Int64(bytes + 64))
    else {
      let advice =
        tooHigh || tooMany || bytes <= 0
        ? "" : ": it needs \((bytes + (1 << 20) - 1) >> 20) MiB; allow more, or use a smaller picture"
      throw PluginError(
        .noMemory, "cannot reserve memory for a picture of \(channels) planes of \(width)x\(height)\(advice)")
    }
    self.host = host
    self.memory = memory
    // SAFETY: `bytes` and 64 more were given; freed in deinit, as is the struct.
    let floats = memory.bindMemory(to: Float.self, capacity: bytes / 4 + 16)
    raw = .allocate(capacity: 1)
    raw.initialize(
      to: sth_image(
        struct_size: UInt32(MemoryLayout<sth_image>.size), c: c, h: h, w: w, c_stride_bytes: Int64(planeBytes),
        h_stride_bytes: Int64(rowBytes), data: floats))
  }

  deinit {
    raw.deallocate()
    host.raw.pointee.free?(host.raw, memory)
  }

  /// Lends the picture to read and write; keep neither.
  public borrowing func withImage<Result>(
    _ body: (Image, MutableImage) throws(PluginError) -> Result
  ) throws(PluginError) -> Result {
    let image = try Image(raw)
    return try body(image, MutableImage(image: image))
  }
}
