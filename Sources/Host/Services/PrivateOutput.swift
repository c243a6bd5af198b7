// PrivateOutput.swift - moves stdout out of the reach of plugins: what they print goes to stderr.

import Foundation

/// The descriptor that was stdout.
public enum PrivateOutput {
  /// Duplicates descriptor 1 to a private one that children do not inherit, and points descriptor 1 at stderr. Once, before the
  /// first plugin is loaded.
  ///
  /// - Throws: `HostError` of kind output where stdout is closed.
  public static func claim() throws(HostError) -> Int32 {
    let descriptor = fcntl(1, F_DUPFD_CLOEXEC, 10)
    guard descriptor >= 0 else { throw HostError(.output, "cannot use stdout: \(String(cString: strerror(errno)))") }
    dup2(2, 1)
    return descriptor
  }

  /// Writes a text to a descriptor, whole.
  ///
  /// - Throws: `HostError`: consumerClosed or output.
  public static func write(_ text: String, to descriptor: Int32) throws(HostError) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw HostError(
          errno == EPIPE ? .consumerClosed : .output, "cannot write to stdout: \(String(cString: strerror(errno)))")
      }
      sent += count
    }
  }
}
