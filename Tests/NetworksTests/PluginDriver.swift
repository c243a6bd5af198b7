// Drives a plugin through the C contract, the way a host does.
import PluginAPI
import PluginKit
import johnson

/// What a plugin reported instead of working.
struct PluginFailure: Error, CustomStringConvertible {
  let status: sth_status
  let description: String
}

/// An instance of the johnson plugin.
final class PluginDriver {
  private let entry: sth_entry
  private let host: TestHost
  private var instance: OpaquePointer?
  private var parameters = sth_params()
  private let values: UnsafeMutablePointer<sth_value>
  private let path: UnsafeMutablePointer<CChar>

  /// Creates the plugin on a model file.
  init(model: String, host: TestHost) throws {
    guard let table = johnson.entry(STH_ABI_MAJOR, STH_ABI_MINOR) else {
      throw PluginFailure(status: -1, description: "no entry")
    }
    entry = table.pointee
    self.host = host
    path = model.withCString { text in
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: model.utf8.count + 1)
      copy.initialize(from: text, count: model.utf8.count + 1)
      return copy
    }
    values = .allocate(capacity: 1)
    values.initialize(to: sth_value())
    values.pointee.text = UnsafePointer(path)
    parameters = sth_params(struct_size: UInt32(MemoryLayout<sth_params>.size), count: 1, values: values)
    try check { entry.create(host.raw, &parameters, &instance, &$0) }
  }

  deinit {
    if let instance { entry.destroy(instance) }
    values.deallocate()
    path.deallocate()
  }

  /// One picture through negotiate, activate, process and deactivate.
  func run(_ input: TestImage) throws -> TestImage {
    let output = TestImage(h: input.h, w: input.w)
    let format = try start(h: input.h, w: input.w)
    defer { stop() }
    guard format.out_h == Int32(input.h), format.out_w == Int32(input.w), format.in_white == 255,
      format.out_white == 255
    else { throw PluginFailure(status: -1, description: "unexpected format \(format)") }
    try process(input, output)
    return output
  }

  /// Negotiates and activates.
  func start(h: Int, w: Int) throws -> sth_format {
    var stream = sth_stream()
    stream.struct_size = UInt32(MemoryLayout<sth_stream>.size)
    (stream.h, stream.w, stream.frame_rate_den) = (Int32(h), Int32(w), 1)
    var format = sth_format(
      struct_size: UInt32(MemoryLayout<sth_format>.size), out_h: Int32(h), out_w: Int32(w), in_black: 0, in_white: 1,
      out_black: 0, out_white: 1)
    try check { entry.negotiate(instance, &stream, &format, &$0) }
    try check { entry.activate(instance, &stream, &format, &$0) }
    return format
  }

  /// One frame of an active plugin.
  func process(_ input: TestImage, _ output: TestImage) throws {
    var frame = sth_process()
    frame.struct_size = UInt32(MemoryLayout<sth_process>.size)
    frame.in = UnsafePointer(input.raw)
    frame.out = UnsafePointer(output.raw)
    try withUnsafePointer(to: parameters) { parameters in
      frame.params = parameters
      try check { entry.process(instance, &frame, &$0) }
    }
  }

  /// Deactivates.
  func stop() { entry.deactivate(instance) }

  private func check(_ call: (inout sth_error) -> sth_status) throws {
    var error = sth_error()
    error.struct_size = UInt32(MemoryLayout<sth_error>.size)
    let status = call(&error)
    if status == STH_OK { return }
    throw PluginFailure(
      status: status,
      description: withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
  }
}
