// PathText.swift - the parts of a path, by the rules of the file system and nothing more.

/// Foundation's own (NSString.deletingLastPathComponent in Swift 6.3) traps on a path of one letter.
enum PathText {
  /// "/a/b.c" -> "b.c"; "x" -> "x".
  static func lastPart(_ path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init) ?? path
  }

  /// "/a/b.c" -> "/a"; "/a" -> "/"; "x" -> ".".
  static func folder(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// "/a/b.tar.gz" -> "gz"; "b", ".b" -> "".
  static func ending(_ path: String) -> String {
    let name = lastPart(path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return String(name[name.index(after: dot)...])
  }

  /// "/a/b.c" -> "b".
  static func stem(_ path: String) -> String {
    let name = lastPart(path)
    let ending = ending(name)
    return ending.isEmpty ? name : String(name.dropLast(ending.count + 1))
  }

  /// A path inside a folder.
  static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
