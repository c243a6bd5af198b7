// Scratch.swift - folders for the files of tests, of which nothing stays behind.

import Foundation

/// A fresh folder that goes away with its owner.
///
/// All lie in one folder of the process. That goes when the process ends; where it was killed, the next tests that run here remove it.
public final class Scratch: Sendable {
  /// The folder.
  public let url: URL

  /// Makes an empty folder.
  public init() throws {
    url = try Scratch.root.get().appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in the folder.
  public func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// The path of an empty folder that stays until the process ends.
  public static func lasting() throws -> String {
    let url = try root.get().appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    return url.path
  }

  struct Failure: Error, CustomStringConvertible { let description: String }

  static let prefix = "stylehost-scratch-"
  private static let root = Result {
    sweep(FileManager.default.temporaryDirectory.path)
    let (path, _) = try claim(in: FileManager.default.temporaryDirectory.path)
    atexit { Scratch.removeRoot() }
    return URL(fileURLWithPath: path)
  }

  private static func removeRoot() {
    if let root = try? root.get() { try? FileManager.default.removeItem(at: root) }
  }

  /// Makes a folder and locks it, for as long as the descriptor is open: until the process ends, however it does.
  static func claim(in folder: String) throws -> (path: String, descriptor: Int32) {
    for _ in 0..<100 {
      var name = Array("\(folder)/\(prefix)XXXXXX".utf8CString)
      guard mkdtemp(&name) != nil else { break }
      let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      // Another process that sweeps just now may take it before it is locked.
      if let descriptor = lock(path) {
        var (here, held) = (stat(), stat())
        let isThere = stat(path, &here) == 0 && fstat(descriptor, &held) == 0 && here.st_ino == held.st_ino
        if isThere { return (path, descriptor) }
        close(descriptor)
      }
    }
    throw Failure(description: "cannot make a folder in \(folder): \(String(cString: strerror(errno)))")
  }

  /// Removes what processes have left that ended without a chance to.
  static func sweep(_ folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(prefix) {
      guard let descriptor = lock("\(folder)/\(name)") else { continue }
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
      close(descriptor)
    }
  }

  /// Children do not inherit the lock; nil where somebody has it.
  private static func lock(_ path: String) -> Int32? {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
    close(descriptor)
    return nil
  }
}
