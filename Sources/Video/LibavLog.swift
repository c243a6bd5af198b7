// libav's own log: silent unless asked for, its last complaint kept to make our error messages better.
import CFFmpeg

/// The one place that touches libav's process-wide log.
enum LibavLog {
  /// Replaces libav's log function; done once, by the first reader or writer.
  private static let installed: Void = cff_log_install()

  /// Silences libav's default log. Cheap; every opening of a reader or writer begins with it.
  static func install() { _ = installed }

  /// Lets libav speak on stderr, or silences it.
  static func setVerbose(_ on: Bool) {
    install()
    cff_log_set_level(on ? AV_LOG_VERBOSE : AV_LOG_QUIET)
  }

  /// Forgets the last complaint of this thread; done before a call whose complaint is wanted.
  static func clear() { cff_log_clear() }

  /// What libav last complained about on this thread since `clear()`, in one line; nil when it did not.
  static var lastComplaint: String? {
    guard let text = cff_log_last(), text.pointee != 0 else { return nil }
    return String(cString: text).split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// What a libav error code means, with the complaint that went with it when there was one.
  static func reason(_ code: Int32) -> String {
    let meaning = errorText(code)
    guard let complaint = lastComplaint else { return meaning }
    return "\(meaning) (\(complaint))"
  }

  /// libav's words for one of its error codes.
  static func errorText(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      buffer.initialize(repeating: 0)
      guard let base = buffer.baseAddress, av_strerror(code, base, buffer.count) >= 0 else { return "error \(code)" }
      return String(cString: base)
    }
  }
}
