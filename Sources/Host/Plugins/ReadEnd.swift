// ReadEnd.swift - our side of a pipe to a child, read without ever waiting.

import Foundation

/// A pipe whose write end goes to a child. Used by one thread.
final class ReadEnd {
  /// What we read from; never blocks.
  let descriptor: Int32
  /// What the child writes to; above every descriptor a child expects.
  private(set) var writeEnd: Int32
  /// What has been kept of what came.
  private(set) var data = Data()
  /// Every writer has closed it.
  private(set) var isAtEnd = false

  init() throws(HostError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw HostError(.plugin, "cannot make a pipe to look at a plugin: \(String(cString: strerror(errno)))")
    }
    // Moved up so that giving them to the child as 1, 2, 3 can never overwrite one that is still needed.
    descriptor = fcntl(ends[0], F_DUPFD_CLOEXEC, 16)
    writeEnd = fcntl(ends[1], F_DUPFD_CLOEXEC, 16)
    close(ends[0])
    close(ends[1])
    guard descriptor >= 0, writeEnd >= 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
      throw HostError(.plugin, "too many open files to look at a plugin")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    closeWriteEnd()
  }

  func closeWriteEnd() {
    if writeEnd >= 0 { close(writeEnd) }
    writeEnd = -1
  }

  /// Reads what is there; drops what comes after the first `keepingFirst` bytes, or before the last `keepingLast`.
  func readAvailable(keepingFirst: Int = .max, keepingLast: Int = .max) {
    var buffer = [UInt8](repeating: 0, count: 16384)
    while !isAtEnd {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        data.append(contentsOf: buffer[..<min(count, max(0, keepingFirst - data.count))])
        if data.count > keepingLast { data = Data(data.suffix(keepingLast)) }
      } else if count == 0 {
        isAtEnd = true
      } else if errno != EINTR {
        return
      }
    }
  }
}
