// The least a host can be, and calls through the C contract on it.
import Glibc
import PluginAPI

/// A host without extensions, which runs parallel loops backwards on the calling thread.
enum ProbeHost {
  /// Never freed: instances keep the address.
  static func make() -> UnsafeMutablePointer<sth_host> {
    var host = sth_host()
    host.struct_size = UInt32(MemoryLayout<sth_host>.size)
    host.worker_count = 1
    host.parallel_for = { _, count, grain, body, argument in
      var part = (count + grain - 1) / grain
      while part > 0 {
        part -= 1
        body?(argument, part * grain, min(count, (part + 1) * grain), 0)
      }
    }
    let place = UnsafeMutablePointer<sth_host>.allocate(capacity: 1)
    place.initialize(to: host)
    return place
  }

  static func error(size: Int = MemoryLayout<sth_error>.size) -> sth_error {
    var error = sth_error()
    error.struct_size = UInt32(size)
    return error
  }

  static func text<Tuple>(_ tuple: Tuple) -> String {
    withUnsafeBytes(of: tuple) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// Values as a host hands them over, texts included; C memory of its own.
final class Values {
  private let texts: [UnsafeMutablePointer<CChar>]
  let values: UnsafeMutableBufferPointer<sth_value>
  let raw: UnsafeMutablePointer<sth_params>

  init(_ values: [sth_value], texts: [Int: String] = [:]) {
    self.values = .allocate(capacity: max(1, values.count))
    _ = self.values.initialize(from: values)
    var kept: [UnsafeMutablePointer<CChar>] = []
    for (i, text) in texts {
      guard let copy = strdup(text) else { continue }
      self.values[i].text = UnsafePointer(copy)
      kept.append(copy)
    }
    self.texts = kept
    raw = .allocate(capacity: 1)
    raw.initialize(
      to: sth_params(
        struct_size: UInt32(MemoryLayout<sth_params>.size), count: UInt32(values.count),
        values: UnsafePointer(self.values.baseAddress)))
  }

  deinit {
    for text in texts { free(text) }
    values.deallocate()
    raw.deallocate()
  }

  /// The values of Probe: what the host hands over when a person gives a model and nothing else.
  static func ofProbe(number: Double = 1.5, mood: Int64 = 0, title: String = "none", model: String? = "style.pth")
    -> Values
  {
    var values = [sth_value](repeating: sth_value(), count: 8)
    (values[0].number, values[1].integer, values[2].integer, values[3].integer) = (number, 3, 1, mood)
    var texts = [4: title]
    if let model { texts[7] = model }
    return Values(values, texts: texts)
  }
}

/// A [3][h][w] image of its own without gaps.
final class Pixels {
  let raw: UnsafeMutablePointer<sth_image>
  private let data: UnsafeMutableBufferPointer<Float>

  init(h: Int32, w: Int32, _ value: (Int) -> Float = { _ in .nan }) {
    data = .allocate(capacity: Int(3 * h * w))
    _ = data.initialize(from: (0..<Int(3 * h * w)).map(value))
    raw = .allocate(capacity: 1)
    raw.initialize(
      to: sth_image(
        struct_size: UInt32(MemoryLayout<sth_image>.size), c: 3, h: h, w: w, c_stride_bytes: Int64(h * w) * 4,
        h_stride_bytes: Int64(w) * 4, data: data.baseAddress))
  }

  deinit {
    data.deallocate()
    raw.deallocate()
  }

  var values: [Float] { Array(data) }
}
