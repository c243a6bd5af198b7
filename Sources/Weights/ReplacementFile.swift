// A file that appears whole under its name, or not at all.

import Glibc

/// A temporary file that takes the place of another when it is complete. Call `commit` or `discard`, once.
struct ReplacementFile {
  private let target: String
  private let temporary: String
  private let descriptor: Int32

  /// - Parameter path: where it shall appear; nothing, a regular file, or a link to one.
  init(path: String) throws(Fault) {
    target = try ReplacementFile.resolve(path)
    // Created exclusively under a name nobody knows, with the permissions a new file has here.
    var (path, opened) = ("", Int32(-1))
    for _ in 0..<16 {
      path = "\(target).partial-\(String(UInt32.random(in: 0...(.max)), radix: 16))"
      opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if opened >= 0 || errno != EEXIST { break }
    }
    guard opened >= 0 else { throw ReplacementFile.fault(errno) }
    (temporary, descriptor) = (path, opened)
  }

  /// Follows links, so that the file behind a link is replaced and not the link.
  private static func resolve(_ path: String) throws(Fault) -> String {
    guard !path.utf8.contains(0) else { throw .unwritable("its name holds a NUL: choose another name") }
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT, !path.isEmpty, !path.hasSuffix("/") { return path }
      throw fault(errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unwritable("it exists and is no regular file: choose another name")
    }
    guard let resolved = realpath(path, nil) else { throw fault(errno) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Adds bytes at the end.
  func append(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
    if let code = ReplacementFile.write(bytes, to: descriptor) { throw ReplacementFile.fault(code) }
  }

  /// Adds bytes at the end.
  func append(_ bytes: [UInt8]) throws(Fault) {
    if let code = bytes.withUnsafeBytes({ ReplacementFile.write($0, to: descriptor) }) {
      throw ReplacementFile.fault(code)
    }
  }

  /// The error number, if it failed.
  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let slice = UnsafeRawBufferPointer(rebasing: rest)
      let count = Glibc.write(descriptor, slice.baseAddress, slice.count)
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }

  /// Makes the file visible under its name.
  func commit() throws(Fault) {
    guard fsync(descriptor) == 0, rename(temporary, target) == 0 else {
      throw ReplacementFile.fault(errno)
    }
    close(descriptor)
  }

  /// Removes what was written so far.
  func discard() {
    close(descriptor)
    unlink(temporary)
  }

  private static func fault(_ code: Int32) -> Fault {
    .unwritable("\(String(cString: strerror(code))): check the folder, its permissions and the space left")
  }
}
