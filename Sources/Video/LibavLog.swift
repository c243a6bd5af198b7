// libav's own log: silent unless asked for, its last complaint kept to make our error messages better.
import CFFmpeg
import Glibc
import Synchronization

/// The one place that touches libav's process-wide log.
enum LibavLog {
  /// Replaces libav's log function; done once, by the first reader or writer.
  private static let installed: Void = av_log_set_callback { context, level, format, arguments in
    LibavLog.take(context, level, format, arguments)
  }

  /// The least urgent messages that go to stderr, as libav numbers them: larger is less urgent.
  private static let shown = Atomic<Int32>(AV_LOG_QUIET)

  /// Longest line kept, in bytes.
  private static let lineBytes = 512

  /// Each thread's last complaint, as text of `lineBytes`: libav's error codes alone seldom name the cause, and it tells the cause on
  /// the thread that called it. The state is Swift's and not the C header's, whose variables each object file would have a copy of.
  private static let complaints: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { free($0) }
    return key
  }()

  /// Silences libav's default log. Cheap; every opening of a reader or writer begins with it.
  static func install() { _ = installed }

  /// Lets libav speak on stderr, or silences it.
  static func setVerbose(_ on: Bool) {
    install()
    shown.store(on ? AV_LOG_VERBOSE : AV_LOG_QUIET, ordering: .relaxed)
  }

  /// Forgets the last complaint of this thread; done before a call whose complaint is wanted.
  static func clear() { complaint?.pointee = 0 }

  /// What libav last complained about on this thread since `clear()`, in one line; nil when it did not.
  static var lastComplaint: String? {
    guard let complaint, complaint.pointee != 0 else { return nil }
    var line = String(cString: complaint).split { $0.isNewline || $0 == " " }.joined(separator: " ")
    while line.last == "." { line.removeLast() }
    return line
  }

  /// What a libav error code means, with the complaint that went with it when there was one.
  static func reason(_ code: Int32) -> String {
    let meaning = errorText(code)
    guard let complaint = lastComplaint else { return meaning }
    return "\(meaning) (\(complaint))"
  }

  /// libav's words for one of its error codes.
  static func errorText(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      buffer.initialize(repeating: 0)
      guard let base = buffer.baseAddress, av_strerror(code, base, buffer.count) >= 0 else { return "error \(code)" }
      return String(cString: base)
    }
  }

  /// What libav calls, on any thread, for each line of its log.
  private static func take(
    _ context: UnsafeMutableRawPointer?, _ level: Int32, _ format: UnsafePointer<CChar>?, _ arguments: CVaListPointer?
  ) {
    let isShown = level <= shown.load(ordering: .relaxed)
    let isComplaint = level <= AV_LOG_ERROR
    guard isShown || isComplaint, let format, let arguments else { return }
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: lineBytes) { buffer in
      guard let line = buffer.baseAddress else { return }
      var printsPrefix: Int32 = 0
      av_log_format_line2(context, level, format, arguments, line, Int32(lineBytes), &printsPrefix)
      if isShown { _ = write(STDERR_FILENO, line, strlen(line)) }
      if isComplaint, strspn(line, " .\n") < strlen(line), let kept = complaint ?? makeComplaint() {
        strcpy(kept, line)
      }
    }
  }

  // SAFETY: the key holds nothing but what `makeComplaint` put there, which lives as long as its thread.
  private static var complaint: UnsafeMutablePointer<CChar>? {
    pthread_getspecific(complaints)?.assumingMemoryBound(to: CChar.self)
  }

  /// Gives this thread its room for complaints; the system frees it when the thread ends.
  private static func makeComplaint() -> UnsafeMutablePointer<CChar>? {
    guard let room = calloc(1, lineBytes) else { return nil }
    pthread_setspecific(complaints, room)
    return room.assumingMemoryBound(to: CChar.self)
  }
}
