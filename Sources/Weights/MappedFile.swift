// A file seen as memory. Every tensor read from it is a view into this map.

import Glibc

/// A regular file mapped read-only and private; unmapped when the last tensor that looks into it is gone.
///
/// Out of scope: another program that truncates the file while it is mapped. The kernel then answers a read past the new end
/// with SIGBUS, as it does to every program that maps files; replace weight files by renaming a new one over them, which is
/// what `SafetensorsWriter` does and which leaves existing maps intact.
final class MappedFile: Sendable {
  // SAFETY: mapped read-only, written by nobody through this pointer, and valid until deinit.
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  init(path: String) throws(Fault) {
    // The kernel would stop reading the name there and open another file.
    guard !path.utf8.contains(0) else { throw .unreadable("its name holds a NUL: check the path") }
    // O_NONBLOCK: opening a pipe nobody writes to must fail below, not wait for ever.
    let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw MappedFile.openFault(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw MappedFile.openFault(errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .unreadable("it is a folder: name a file in it")
    default: throw .unreadable("it is a pipe, a socket or a device, not a file: save it to a file first")
    }
    let size = Int(status.st_size)
    guard size > 0 else { throw .damaged("the file is empty") }
    guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
      throw MappedFile.openFault(errno)
    }
    bytes = UnsafeRawBufferPointer(start: base, count: size)
  }

  /// Takes the pages that have been read off this process's memory. They come back when they are looked at again.
  func releasePages() {
    // A private mapping that nobody writes to has nothing to lose.
    _ = madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, MADV_DONTNEED)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }

  private static func openFault(_ code: Int32) -> Fault {
    switch code {
    case ENOENT, ENOTDIR: .unreadable("there is no such file: check the path")
    case EACCES, EPERM: .unreadable("permission denied: make it readable")
    default: .unreadable("\(String(cString: strerror(code))): check the path and the disk")
    }
  }
}
