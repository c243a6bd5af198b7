// PluginTemplate.swift - begins a plugin: writes a small folder that builds as it is.

import Foundation

/// A language a plugin can be begun in.
public enum PluginTemplate: String, CaseIterable, Sendable {
  case swift, c

  /// Files of the template by their path; names and contents hold @NAME@, @TYPE@ and @STYLEHOST@.
  var files: [String: String] {
    switch self {
    case .swift: return PluginTemplate.swiftFiles
    case .c: return PluginTemplate.cFiles
    }
  }

  /// Writes the folder `name` into `parent`.
  ///
  /// - Parameter checkout: the folder of stylehost's own sources, which the plugin builds against.
  /// - Returns: the paths of the files written, sorted.
  /// - Throws: `HostError`: usage for a name that no plugin can have, output where the folder exists or cannot be written.
  public func write(name: String, parent: String, checkout: String) throws(HostError) -> [String] {
    guard let first = name.utf8.first, (97...122).contains(first), !name.hasSuffix("-"), name.utf8.count <= 64,
      name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
    else {
      throw HostError(.usage, "'\(name)' cannot be a plugin's name: use a-z, 0-9 and '-', beginning with a letter")
    }
    let folder = PathText.join(parent, name)
    guard !FileManager.default.fileExists(atPath: folder) else {
      throw HostError(.output, "\(folder) exists: choose another name or move it away")
    }
    let type = name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    let filled = { (text: String) in
      text.replacingOccurrences(of: "@NAME@", with: name).replacingOccurrences(of: "@TYPE@", with: type)
        .replacingOccurrences(of: "@STYLEHOST@", with: checkout)
    }
    var written: [String] = []
    do {
      for (path, text) in files.sorted(by: { $0.key < $1.key }) {
        let target = PathText.join(folder, filled(path))
        try FileManager.default.createDirectory(
          atPath: PathText.folder(target), withIntermediateDirectories: true)
        try filled(text).write(toFile: target, atomically: true, encoding: .utf8)
        written.append(target)
      }
    } catch {
      throw HostError(.output, "cannot write \(folder): \(error.localizedDescription)")
    }
    return written
  }
}
