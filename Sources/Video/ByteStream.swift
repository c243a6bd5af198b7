// Bytes from or to a file descriptor, in the form libavformat wants them: blocking, but ready to give up.
import CFFmpeg
import Glibc

/// An AVIOContext over a file descriptor. Unlike libavformat's own `pipe:` it notices an interrupt while it waits, keeps the first
/// system error (a closed consumer, a full disk), never raises SIGPIPE, and seeks when the descriptor is a plain file.
final class ByteStream {
  /// What the stream is used for.
  enum Direction { case reading, writing }

  // SAFETY: allocated in init, freed in deinit; its callbacks get `self`, which outlives it.
  private(set) var av: UnsafeMutablePointer<AVIOContext>?

  /// Bytes read or written so far.
  private(set) var byteCount: Int64 = 0
  /// The first system error (errno) of a read or write; 0 when there was none.
  private(set) var failure: Int32 = 0
  /// Whether a read met the end.
  private(set) var reachedEnd = false

  private let direction: Direction
  private let interrupt: InterruptFlag
  private var descriptor: Int32
  private let ownsDescriptor: Bool
  private let isPlainFile: Bool
  private let origin: off_t

  /// Longest time between two looks at the interrupt flag, in milliseconds.
  private static let patience: Int32 = 100
  private static let bufferBytes = 256 * 1024
  /// F_SETPIPE_SZ of <linux/fcntl.h>, which Glibc's module leaves out.
  private static let setPipeSize: Int32 = 1031

  /// A stream over `descriptor`, which is closed at the end only when `owned`.
  /// - Throws: `.input` or `.output` when the descriptor is not open.
  init(_ descriptor: Int32, _ direction: Direction, owned: Bool, interrupt: InterruptFlag) throws(VideoError) {
    self.direction = direction
    self.interrupt = interrupt
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let text = "descriptor \(descriptor) is not open"
      throw direction == .reading ? .input(text) : .output(text)
    }
    let appends = fcntl(descriptor, F_GETFL) & O_APPEND != 0
    isPlainFile = status.st_mode & S_IFMT == S_IFREG && !appends
    origin = isPlainFile ? max(0, lseek(descriptor, 0, SEEK_CUR)) : 0
    var used = descriptor
    var owns = owned
    if status.st_mode & S_IFMT == S_IFIFO {
      // Fewer switches between the two sides; a refusal does not matter.
      _ = fcntl(descriptor, Self.setPipeSize, 1 << 20)
      if direction == .writing, let own = ByteStream.nonBlockingTwin(of: descriptor) {
        if owned { close(descriptor) }
        used = own
        owns = true
      }
    }
    self.descriptor = used
    ownsDescriptor = owns

    guard let buffer = av_malloc(Self.bufferBytes) else { throw .input("out of memory") }
    let context = avio_alloc_context(
      buffer.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferBytes), direction == .writing ? 1 : 0,
      Unmanaged.passUnretained(self).toOpaque(),
      { opaque, bytes, count in
        // SAFETY: opaque is the stream that owns this context.
        opaque.map { Unmanaged<ByteStream>.fromOpaque($0).takeUnretainedValue().read(bytes, count) }
          ?? cff_error(EINVAL)
      },
      { opaque, bytes, count in
        // SAFETY: opaque is the stream that owns this context.
        opaque.map { Unmanaged<ByteStream>.fromOpaque($0).takeUnretainedValue().write(bytes, count) }
          ?? cff_error(EINVAL)
      },
      { opaque, offset, whence in
        // SAFETY: opaque is the stream that owns this context.
        opaque.map { Unmanaged<ByteStream>.fromOpaque($0).takeUnretainedValue().seek(offset, whence) } ?? -1
      })
    guard let context else {
      av_free(buffer)
      throw .input("out of memory")
    }
    context.pointee.seekable = isPlainFile ? AVIO_SEEKABLE_NORMAL : 0
    av = context
  }

  deinit {
    if let av {
      av_freep(&av.pointee.buffer)
      avio_context_free(&self.av)
    }
    _ = closeDescriptor()
  }

  /// Whether libavformat may seek in the stream.
  var isSeekable: Bool { isPlainFile }

  /// Closes the descriptor if it is ours. The system's last chance to report a lost write: returns its errno, or 0.
  func closeDescriptor() -> Int32 {
    guard ownsDescriptor, descriptor >= 0 else { return 0 }
    let status = close(descriptor)
    descriptor = -1
    return status == 0 ? 0 : errno
  }

  /// A writing end of the same pipe that does not block, so that a stuck consumer cannot hold us. The caller's descriptor, and whoever
  /// shares it, keep their blocking ways. Nil when the system refuses.
  private static func nonBlockingTwin(of descriptor: Int32) -> Int32? {
    let twin = open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    return twin >= 0 ? twin : nil
  }

  private func read(_ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32) -> Int32 {
    guard let bytes, count > 0, descriptor >= 0 else { return cff_error(EINVAL) }
    while true {
      if interrupt.isSet { return cff_error_exit() }
      if !isPlainFile, !isReady(POLLIN) { continue }
      let got = Glibc.read(descriptor, bytes, Int(count))
      if got > 0 {
        byteCount += Int64(got)
        return Int32(got)
      }
      if got == 0 {
        reachedEnd = true
        return cff_error_eof()
      }
      if errno == EINTR || errno == EAGAIN { continue }
      failure = errno
      return cff_error(failure)
    }
  }

  private func write(_ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32) -> Int32 {
    guard let bytes, count >= 0, descriptor >= 0 else { return cff_error(EINVAL) }
    if failure != 0 { return cff_error(failure) }
    var done = 0
    while done < Int(count) {
      // A plain file never blocks for long: an interrupt must not tear its data.
      if !isPlainFile, interrupt.isSet { return cff_error_exit() }
      if !isPlainFile, !isReady(POLLOUT) { continue }
      let put = SilentPipe.write(descriptor, bytes + done, Int(count) - done)
      if put >= 0 {
        done += put
        byteCount += Int64(put)
        continue
      }
      if errno == EINTR || errno == EAGAIN { continue }
      failure = errno
      return cff_error(failure)
    }
    return count
  }

  private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
    guard isPlainFile, descriptor >= 0 else { return Int64(cff_error(ESPIPE)) }
    if whence & cff_seek_size() != 0 {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { return Int64(cff_error(errno)) }
      return Int64(status.st_size - origin)
    }
    let place = whence & 3 == SEEK_SET ? off_t(offset) + origin : off_t(offset)
    let result = lseek(descriptor, place, whence & 3)
    return result < 0 ? Int64(cff_error(errno)) : Int64(result - origin)
  }

  /// Waits a moment for the descriptor; also true at its end or on an error, which the next call then reports. False after a signal:
  /// its handler may have set the flag, which must be looked at before a call that blocks.
  private func isReady(_ events: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    let status = poll(&request, 1, Self.patience)
    return status > 0 || status < 0 && errno != EINTR
  }
}
