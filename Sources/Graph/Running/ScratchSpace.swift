// Memory on disk: what does not fit beside the rest is mapped from a file without a name.
import Glibc
import Synchronization

/// Where scratch files are made, and which memory is theirs.
public final class ScratchSpace: Sendable {
  /// The folder that files are made in.
  public let folder: String
  private let held = Mutex<[Range<UInt>]>([])

  /// - Parameter folder: one on a disk, not in memory; nil = TMPDIR, else /var/tmp.
  public init(folder: String? = nil) {
    let given = folder ?? getenv("TMPDIR").map { String(cString: $0) } ?? ""
    self.folder = given.isEmpty ? "/var/tmp" : given
  }

  /// Bytes of all files that there are.
  public var heldBytes: Int { held.withLock { $0.reduce(0) { $0 + $1.count } } }

  /// Memory of `bytes` bytes from a new file; all zero.
  public func file(bytes: Int) throws(GraphError) -> ScratchFile { try ScratchFile(bytes: bytes, space: self) }

  /// Whether an address lies in one of the files.
  func holds(_ address: UnsafeRawPointer?) -> Bool {
    let address = UInt(bitPattern: address)
    return held.withLock { held in
      for index in held.indices where held[index].contains(address) { return true }
      return false
    }
  }

  fileprivate func enter(_ range: Range<UInt>) { held.withLock { $0.append(range) } }
  fileprivate func leave(_ range: Range<UInt>) { held.withLock { $0.removeAll { $0 == range } } }

  /// Lets go of the pages of some memory of a scratch file but for one that goes on behind it: they stay in the file, and come back
  /// when touched. Any thread may be writing to them. The page that the memory begins in goes too, which what was let go of before
  /// may have left.
  public static func release(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    // The mapping is shared: to drop a page loses nothing of it, and a file begins on one.
    let first = memory.alignedDown(toMultipleOf: ScratchFile.page)
    let past = (memory + bytes).alignedDown(toMultipleOf: ScratchFile.page)
    if first < past { madvise(first, past - first, MADV_DONTNEED) }
  }
}

/// A file without a name, mapped into memory. Its room on the disk is taken at once, so that writing to it cannot fail later.
public final class ScratchFile: @unchecked Sendable {
  // SAFETY: constant after init; what lies in the memory is its owner's business.

  /// On a page boundary.
  public let base: UnsafeMutableRawPointer
  /// Of the memory.
  public let bytes: Int
  private let space: ScratchSpace

  static let page = 4096

  fileprivate init(bytes wanted: Int, space: ScratchSpace) throws(GraphError) {
    bytes = MemoryPlan.roundUp(max(wanted, 1), Self.page)
    self.space = space
    let subject = "cannot keep \(MemoryBudget.mebibytes(bytes)) MiB in a scratch file in '\(space.folder)'"
    let descriptor = Self.open(in: space.folder)
    guard descriptor >= 0 else {
      throw .noMemory("\(subject): \(String(cString: strerror(errno))); use another folder")
    }
    defer { close(descriptor) }
    var failure = posix_fallocate(descriptor, 0, bytes)
    while failure == EINTR { failure = posix_fallocate(descriptor, 0, bytes) }
    guard failure == 0 else {
      throw .noMemory("\(subject): \(String(cString: strerror(failure))); use another folder")
    }
    guard let mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      mapping != UnsafeMutableRawPointer(bitPattern: -1)
    else { throw .noMemory("\(subject): \(String(cString: strerror(errno)))") }
    base = mapping
    space.enter(UInt(bitPattern: mapping)..<UInt(bitPattern: mapping) + UInt(bytes))
  }

  deinit {
    space.leave(UInt(bitPattern: base)..<UInt(bitPattern: base) + UInt(bytes))
    munmap(base, bytes)
  }

  /// A new file that has no name any more, or -1.
  private static func open(in folder: String) -> Int32 {
    var path = Array("\(folder)/stylehost-scratch-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { return -1 }
    unlink(path)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }
}
