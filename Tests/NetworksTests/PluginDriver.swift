// Drives a plugin through the C contract, the way a host does.
import Glibc
import PluginAPI
import PluginKit

/// What a plugin reported instead of working.
struct PluginFailure: Error, CustomStringConvertible {
  let status: sth_status
  let description: String
}

/// An instance of a plugin, `johnson` where nothing else is said.
final class PluginDriver {
  private let entry: sth_entry
  private let host: TestHost
  private var instance: OpaquePointer?
  private var parameters = sth_params()
  private let values: UnsafeMutablePointer<sth_value>
  private var texts: [UnsafeMutablePointer<CChar>] = []
  private let pictures: [String: [TestImage]]
  private var lists: [UnsafeMutablePointer<UnsafePointer<sth_image>?>] = []

  /// Creates the plugin on a model file, with values of other parameters that are texts or pictures; `lists` are of several.
  init(
    _ plugin: EntryFunction = BuiltPlugins.johnson, model: String, texts: [String: String] = [:],
    pictures: [String: TestImage] = [:], lists: [String: [TestImage]] = [:], host: TestHost
  ) throws {
    guard let table = plugin(STH_ABI_MAJOR, STH_ABI_MINOR) else {
      throw PluginFailure(status: -1, description: "no entry")
    }
    entry = table.pointee
    self.host = host
    self.pictures = pictures.mapValues { [$0] }.merging(lists) { $1 }
    let descriptor = entry.descriptor.pointee
    let count = Int(descriptor.param_count)
    values = .allocate(capacity: max(1, count))
    values.initialize(repeating: sth_value(), count: max(1, count))
    let texts = texts.merging(["model": model]) { $1 }
    for i in 0..<count {
      guard let row = descriptor.params[i]?.pointee else { continue }
      let key = String(cString: row.key)
      if let text = texts[key], let copy = strdup(text) {
        self.texts.append(copy)
        values[i].text = UnsafePointer(copy)
      }
      values[i].number = Self.number(row, texts[key])
      values[i].integer = Int64(exactly: values[i].number.rounded(.towardZero)) ?? 0
      set(i, row.kind, to: self.pictures[key] ?? [])
    }
    parameters = sth_params(
      struct_size: UInt32(MemoryLayout<sth_params>.size), count: UInt32(count), values: values)
    try check { entry.create(host.raw, &parameters, &instance, &$0) }
  }

  /// What a person has typed for a parameter as a number, or its default.
  private static func number(_ row: sth_param, _ text: String?) -> Double {
    guard let text else { return row.default_number }
    switch row.kind {
    case STH_PARAM_BOOL: return text == "true" ? 1 : 0
    case STH_PARAM_CHOICE:
      let choices = (0..<Int(row.choice_count)).map { row.choices[$0].map { String(cString: $0) } }
      return Double(choices.firstIndex(of: text) ?? -1)
    default: return Double(text) ?? 0
    }
  }

  deinit {
    if let instance { entry.destroy(instance) }
    values.deallocate()
    for text in texts { free(text) }
    for list in lists { list.deallocate() }
  }

  /// Gives a number that may change from frame to frame another value.
  func change(_ key: String, to number: Double) {
    let descriptor = entry.descriptor.pointee
    for i in 0..<Int(descriptor.param_count) {
      guard let row = descriptor.params[i]?.pointee, String(cString: row.key) == key else { continue }
      values[i].number = number
    }
  }

  private func set(_ i: Int, _ kind: UInt32, to pictures: [TestImage]) {
    guard kind == STH_PARAM_IMAGES else {
      values[i].image = pictures.first.map { UnsafePointer($0.raw) }
      return
    }
    guard !pictures.isEmpty else { return }
    let list = UnsafeMutablePointer<UnsafePointer<sth_image>?>.allocate(capacity: pictures.count)
    for (j, picture) in pictures.enumerated() { (list + j).initialize(to: UnsafePointer(picture.raw)) }
    lists.append(list)
    (values[i].integer, values[i].images) = (Int64(pictures.count), UnsafePointer(list))
  }

  /// One picture through negotiate, activate, process and deactivate, in values from `black` to `white`.
  func run(_ input: TestImage, black: Float = 0, white: Float = 255) throws -> TestImage {
    let output = TestImage(h: input.h, w: input.w)
    let format = try start(h: input.h, w: input.w)
    defer { stop() }
    guard format.out_h == Int32(input.h), format.out_w == Int32(input.w),
      [format.in_black, format.out_black] == [black, black], [format.in_white, format.out_white] == [white, white]
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
  /// - Parameter seconds: the frame's time; nil leaves it unknown.
  func process(_ input: TestImage, _ output: TestImage, seconds: Double? = nil) throws {
    var info = sth_frame_info()
    info.struct_size = UInt32(MemoryLayout<sth_frame_info>.size)
    (info.time_base_num, info.time_base_den, info.sar_den) = (1, 1000, 1)
    info.pts = seconds.map { Int64($0 * 1000) } ?? STH_TIME_UNKNOWN
    var frame = sth_process()
    frame.struct_size = UInt32(MemoryLayout<sth_process>.size)
    frame.in = UnsafePointer(input.raw)
    frame.out = UnsafePointer(output.raw)
    try withUnsafePointer(to: parameters) { parameters in
      try withUnsafePointer(to: info) { info in
        (frame.params, frame.info) = (parameters, info)
        try check { entry.process(instance, &frame, &$0) }
      }
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
