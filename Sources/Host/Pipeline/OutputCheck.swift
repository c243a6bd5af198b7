// OutputCheck.swift - finds an output that cannot be written before anything is computed.

import Foundation
import Video

enum OutputCheck {
  /// - Throws: `HostError` of kind output, or usage for a terminal and for overwriting the input.
  static func check(_ target: MediaTarget, source: MediaSource, overwrite: Bool) throws(HostError) {
    if target.isSameFile(as: source) {
      throw HostError(.usage, "input and output are the same file: choose another output")
    }
    switch target {
    case .descriptor(let number):
      guard isatty(number) == 0 else {
        throw HostError(
          .usage,
          "stdout is a terminal and video is not for reading: name an output file, or pipe it on (stylehost ... | ffplay -)"
        )
      }
    case .path(let path):
      guard !path.contains("://"), !path.contains("%") else { return }
      let manager = FileManager.default
      var isFolder: ObjCBool = false
      if manager.fileExists(atPath: path, isDirectory: &isFolder) {
        if isFolder.boolValue { throw HostError(.output, "cannot write \(path): it is a folder") }
        guard access(path, W_OK) == 0 else {
          throw HostError(.output, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        if !overwrite, isRegular(path) { throw HostError(.output, "\(path) exists: give -y to overwrite it") }
      } else {
        let folder = PathText.folder(path)
        guard access(folder, W_OK | X_OK) == 0 else {
          throw HostError(.output, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
      }
    }
  }

  private static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
