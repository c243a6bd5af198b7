// The functions of sth_entry that get an instance: C on one side, AnyInstance on the other.
import PluginAPI

/// The C functions that are the same for every type of plugin.
enum InstanceFunctions {
  /// The instance at a pointer that `create` gave out; nil for NULL.
  private static func instance(_ pointer: OpaquePointer?) -> AnyInstance? {
    // SAFETY: the contract hands back only pointers that `create` made by passRetained and `destroy` has not had.
    pointer.map { Unmanaged<AnyInstance>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }

  /// Runs a body on an instance, and turns what it throws into a status and a message.
  private static func with(
    _ pointer: OpaquePointer?, _ report: UnsafeMutablePointer<sth_error>?,
    _ body: (AnyInstance) throws(PluginError) -> Void
  ) -> sth_status {
    do throws(PluginError) {
      guard let instance = instance(pointer) else { throw PluginError(.invalidArgument, "the host passed no instance") }
      try body(instance)
      return STH_OK
    } catch {
      return error.report(to: report)
    }
  }

  /// Puts the functions into a table.
  static func fill(_ entry: inout sth_entry) {
    entry.destroy = { pointer in
      guard let pointer else { return }
      InstanceFunctions.instance(pointer)?.deactivate()
      // SAFETY: balances passRetained in create; the host does not use the pointer again.
      Unmanaged<AnyInstance>.fromOpaque(UnsafeRawPointer(pointer)).release()
    }
    entry.negotiate = { pointer, stream, format, report in
      InstanceFunctions.with(pointer, report) { instance throws(PluginError) in
        try InstanceFunctions.negotiate(instance, stream, format)
      }
    }
    entry.activate = { pointer, stream, format, report in
      InstanceFunctions.with(pointer, report) { instance throws(PluginError) in
        guard let stream, let format else {
          throw PluginError(.invalidArgument, "activate() got no stream or no format")
        }
        try instance.activate(
          Stream(SizedStruct.read(stream, blank: sth_stream())), Format(SizedStruct.read(format, blank: sth_format())))
      }
    }
    entry.deactivate = { pointer in InstanceFunctions.instance(pointer)?.deactivate() }
    entry.process = { pointer, frame, report in
      InstanceFunctions.with(pointer, report) { instance throws(PluginError) in
        try instance.process(SizedStruct.read(frame, blank: sth_process()))
      }
    }
    entry.reset = { pointer, reason in
      InstanceFunctions.instance(pointer)?.reset(ResetReason(rawValue: reason) ?? .discontinuity)
    }
  }

  private static func negotiate(
    _ instance: AnyInstance, _ stream: UnsafePointer<sth_stream>?, _ answer: UnsafeMutablePointer<sth_format>?
  ) throws(PluginError) {
    guard let stream, let answer, SizedStruct.size(of: UnsafePointer(answer)) >= MemoryLayout<sth_format>.size else {
      throw PluginError(.invalidArgument, "negotiate() got no stream, or a struct sth_format that is too short")
    }
    var format = Format(answer.pointee)
    try instance.negotiate(Stream(SizedStruct.read(stream, blank: sth_stream())), &format)
    guard format.write(to: &answer.pointee) else {
      throw PluginError(
        .internalFailure, "the plugin asked for an output of \(format.outputWidth)x\(format.outputHeight) pixels")
    }
  }
}
