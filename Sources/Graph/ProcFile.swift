// What Linux says and is told through /proc; Glibc's own functions for it are not visible to Swift.
import Glibc

/// Small text files of the system.
enum ProcFile {
  /// The text after `key` on its line, without the blanks around it, or nil.
  static func value(of key: String, in path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 1024)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix(key) else { continue }
      let value = text.dropFirst(key.count).drop(while: \.isWhitespace)
      return String(value.reversed().drop(while: \.isWhitespace).reversed())
    }
    return nil
  }

  /// Replaces the content; where that is not allowed nothing happens.
  static func write(_ text: String, to path: String) {
    guard let file = fopen(path, "w") else { return }
    fputs(text, file)
    fclose(file)
  }
}
