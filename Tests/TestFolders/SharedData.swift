// SharedData.swift - genuine weights and media, which are no part of the repository.

import Foundation

/// Finds the folder `shared` beside the repository, or where STYLEHOST_SHARED says. Tests without it are skipped.
public enum SharedData {
  /// The path of a folder in it ("weights/johnson"); nil where there is none.
  public static func folder(_ name: String) -> String? {
    let path = root + "/" + name
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// The folder itself, whether it is there or not.
  public static let root: String = {
    if let path = ProcessInfo.processInfo.environment["STYLEHOST_SHARED"] { return path }
    return URL(fileURLWithPath: #filePath).appending(path: "../../../../shared").standardizedFileURL.path
  }()
}
