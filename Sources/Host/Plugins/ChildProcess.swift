// ChildProcess.swift - runs our own executable on a task that may crash or hang, with a time limit.

import Foundation

/// One run of a child process: what it wrote on its private pipe, the end of its words, how it ended.
public struct ChildProcess {
  /// How a child ended.
  enum Ending: Equatable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut
  }

  /// What came through the private pipe (descriptor 3 of the child), at most 4 MiB.
  let report: Data
  /// The last words on its stdout and stderr together, at most 2 KiB.
  let words: String
  /// How it ended.
  let ending: Ending
  /// Descriptor of the private pipe inside the child.
  static let reportDescriptor: Int32 = 3

  /// The work of a child: ends this process soon after its parent has gone, whatever a plugin is at. A child is in a process group of
  /// its own, so that Ctrl-C would otherwise leave a hanging plugin behind.
  public static func endWithParent() {
    let watch = Thread {
      // Nothing is ever waited for but the error that a pipe without a reader has.
      var report = pollfd(fd: reportDescriptor, events: 0, revents: 0)
      while poll(&report, 1, -1) <= 0 {}
      _exit(1)
    }
    watch.name = "parent watch"
    watch.start()
  }

  /// Starts `executable` with `arguments`, waits until it ends or the limit passes, and kills its process group then.
  ///
  /// - Throws: `HostError` of kind plugin where no process can be started.
  static func run(_ executable: String, _ arguments: [String], limit: Duration) throws(HostError) -> ChildProcess {
    let reportPipe = try ReadEnd()
    let wordsPipe = try ReadEnd()
    let child = try spawn(executable, arguments, report: reportPipe.writeEnd, words: wordsPipe.writeEnd)
    reportPipe.closeWriteEnd()
    wordsPipe.closeWriteEnd()
    let deadline = ContinuousClock.now + limit
    var ending: Ending?
    while ending == nil {
      wait(for: [reportPipe, wordsPipe], milliseconds: 20)
      reportPipe.readAvailable(keepingFirst: 4 << 20)
      wordsPipe.readAvailable(keepingLast: 2048)
      var status: Int32 = 0
      if waitpid(child, &status, WNOHANG) == child {
        ending = status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .signalled(status & 0x7f)
      } else if ContinuousClock.now > deadline {
        kill(-child, SIGKILL)
        kill(child, SIGKILL)
        waitpid(child, &status, 0)
        ending = .timedOut
      }
    }
    reportPipe.readAvailable(keepingFirst: 4 << 20)
    wordsPipe.readAvailable(keepingLast: 2048)
    return ChildProcess(
      report: reportPipe.data, words: String(decoding: wordsPipe.data, as: UTF8.self), ending: ending ?? .timedOut)
  }

  /// "SIGSEGV", or "signal 40".
  static func name(ofSignal number: Int32) -> String {
    let names: [Int32: String] = [
      SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGILL: "SIGILL", SIGFPE: "SIGFPE", SIGABRT: "SIGABRT", SIGTRAP: "SIGTRAP",
      SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGPIPE: "SIGPIPE",
    ]
    return names[number] ?? "signal \(number)"
  }

  /// The last line that holds something, at most 200 characters.
  var lastWords: String? {
    words.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }.map { String($0.prefix(200)) }
  }

  private static func wait(for ends: [ReadEnd], milliseconds: Int32) {
    var polled = ends.filter { !$0.isAtEnd }.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    if polled.isEmpty {
      usleep(UInt32(milliseconds) * 250)
    } else {
      poll(&polled, nfds_t(polled.count), milliseconds)
    }
  }

  private static func spawn(
    _ executable: String, _ arguments: [String], report: Int32, words: Int32
  ) throws(HostError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, words, 1)
    posix_spawn_file_actions_adddup2(&actions, words, 2)
    posix_spawn_file_actions_adddup2(&actions, report, reportDescriptor)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    let texts = ([executable] + arguments).map { strdup($0) }
    let environment = childEnvironment().map { strdup($0) }
    defer { (texts + environment).forEach { free($0) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, executable, &actions, &attributes, texts + [nil], environment + [nil])
    guard code == 0 else {
      throw HostError(.plugin, "cannot start \(executable) to look at a plugin: \(String(cString: strerror(code)))")
    }
    return child
  }

  /// Our environment without Swift's crash handler: a child that crashes is to die of its signal, its own words last.
  private static func childEnvironment() -> [String] {
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    return environment.map { "\($0.key)=\($0.value)" }.sorted()
  }
}
