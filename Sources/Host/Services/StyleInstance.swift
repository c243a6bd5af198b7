// StyleInstance.swift - one live instance of a plugin: the contract's life cycle with Swift errors.

import Foundation
import PluginAPI

/// An instance of a plugin with fixed parameters. One thread at a time; destroyed with the object.
///
/// create -> [ negotiate -> activate -> [ process | reset ] -> deactivate ] -> destroy
final class StyleInstance: @unchecked Sendable {
  // @unchecked: handed from the control to the process thread, used by one at a time.

  let plugin: LoadedPlugin
  let services: InstanceServices
  let snapshot: ParameterSnapshot
  private let instance: OpaquePointer
  private(set) var isActive = false

  /// Creates the instance.
  ///
  /// - Throws: `HostError` of kind plugin (usage for a parameter the plugin refuses).
  init(_ plugin: LoadedPlugin, snapshot: ParameterSnapshot, services: InstanceServices) throws(HostError) {
    self.plugin = plugin
    self.services = services
    self.snapshot = snapshot
    var error = sth_error.empty()
    var made: OpaquePointer?
    let status = CrashReporter.during(plugin.entry.pointee.descriptor.pointee.id) {
      plugin.entry.pointee.create(services.host, snapshot.params, &made, &error)
    }
    try StyleInstance.check(status, error, plugin, "start")
    guard let made else {
      throw HostError(.plugin, "plugin '\(plugin.info.id)' cannot start: it reports success without an instance")
    }
    instance = made
  }

  deinit {
    if isActive { deactivate() }
    CrashReporter.during(id) { plugin.entry.pointee.destroy(instance) }
  }

  /// Asks what ranges and size the plugin wants for a stream.
  ///
  /// - Throws: `HostError` of kind plugin, also for an answer that makes no sense.
  func negotiate(_ stream: sth_stream) throws(HostError) -> sth_format {
    var stream = stream
    var format = sth_format(
      struct_size: UInt32(MemoryLayout<sth_format>.size), out_h: stream.h, out_w: stream.w, in_black: 0, in_white: 1,
      out_black: 0, out_white: 1)
    var error = sth_error.empty()
    let status = CrashReporter.during(id) { plugin.entry.pointee.negotiate(instance, &stream, &format, &error) }
    try StyleInstance.check(status, error, plugin, "take \(stream.w)x\(stream.h) pictures")
    let ranges = [(format.in_black, format.in_white), (format.out_black, format.out_white)]
    guard ranges.allSatisfy({ $0.isFinite && $1.isFinite && $0 != $1 }) else {
      throw HostError(.plugin, "plugin '\(plugin.info.id)' asks for an impossible pixel range")
    }
    guard (1...65536).contains(format.out_h), (1...65536).contains(format.out_w) else {
      throw HostError(
        .plugin,
        "plugin '\(plugin.info.id)' would give pictures of \(format.out_w)x\(format.out_h): 1...65536 is possible")
    }
    return format
  }

  /// Gets everything ready for `process`.
  func activate(_ stream: sth_stream, _ format: sth_format) throws(HostError) {
    var (stream, format) = (stream, format)
    var error = sth_error.empty()
    let status = CrashReporter.during(id) { plugin.entry.pointee.activate(instance, &stream, &format, &error) }
    try StyleInstance.check(status, error, plugin, "prepare for \(stream.w)x\(stream.h)")
    isActive = true
    services.weights.releasePages()
  }

  /// Drops what `activate` made.
  func deactivate() {
    guard isActive else { return }
    isActive = false
    CrashReporter.during(id) { plugin.entry.pointee.deactivate(instance) }
  }

  /// One frame.
  ///
  /// - Parameter params: the values for this frame; nil for those the instance was created with.
  /// - Throws: `HostError` of kind plugin, or cancelled.
  func process(
    _ info: UnsafePointer<sth_frame_info>, params: UnsafePointer<sth_params>? = nil,
    from input: UnsafePointer<sth_image>, to output: UnsafePointer<sth_image>
  ) throws(HostError) {
    var frame = sth_process(
      struct_size: UInt32(MemoryLayout<sth_process>.size), reserved: 0, info: info,
      params: params ?? UnsafePointer(snapshot.params), in: input, out: output)
    var error = sth_error.empty()
    let status = CrashReporter.during(id, frame: info.pointee.index) {
      plugin.entry.pointee.process(instance, &frame, &error)
    }
    try StyleInstance.check(status, error, plugin, "process frame \(info.pointee.index)")
  }

  /// Makes the instance forget earlier frames.
  func reset(_ reason: Int32) {
    CrashReporter.during(id) { plugin.entry.pointee.reset(instance, reason) }
  }

  private var id: UnsafePointer<CChar>? { plugin.entry.pointee.descriptor.pointee.id }

  private static func check(
    _ status: sth_status, _ error: sth_error, _ plugin: LoadedPlugin, _ task: @autoclosure () -> String
  ) throws(HostError) {
    guard status != STH_OK else { return }
    let reason = error.text.isEmpty ? ErrorReport.meaning(of: status) : error.text
    let kind: HostError.Kind =
      status == STH_ERROR_CANCELLED ? .cancelled : status == STH_ERROR_BAD_PARAMETER ? .usage : .plugin
    throw HostError(kind, "plugin '\(plugin.info.id)' cannot \(task()): \(reason)")
  }
}
