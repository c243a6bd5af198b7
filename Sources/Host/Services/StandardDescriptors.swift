// StandardDescriptors.swift - nothing we open may become stdin, stdout or stderr by accident.

import Foundation

/// Descriptors 0, 1 and 2.
public enum StandardDescriptors {
  /// Fills those that our caller closed, so that no video file gets the number of stderr and is written words into. Reading such a
  /// stdin and writing such a stdout still fail; words go nowhere. Once, before anything is opened.
  public static func fill() {
    for (number, access) in [(0, O_WRONLY), (1, O_RDONLY), (2, O_WRONLY)] as [(Int32, Int32)]
    where fcntl(number, F_GETFD) < 0 {
      // The lowest free number is the one that is missing: those below are open.
      _ = open("/dev/null", access)
    }
  }
}
