// How much memory a plan may take.

/// Asking the system what is left, and saying it in MiB.
public enum MemoryBudget {
  /// Bytes that can be had without swapping and without being killed, or nil where the system does not say: what the machine
  /// has (MemAvailable of Linux), or what a container lets us have where that is less.
  public static func availableBytes() -> Int? {
    let machine = ProcFile.value(of: "MemAvailable:", in: "/proc/meminfo")
    let kibibytes = machine?.split(separator: " ").first.flatMap { Int($0) }
    return [kibibytes.map { $0 * 1024 }, groupBytes()].compactMap(\.self).min()
  }

  /// What the control groups (version 2) of this process leave it, or nil where none sets a limit. Pages of files count as
  /// used there, and as free here: the system drops them when memory is asked for.
  static func groupBytes(root: String = "/sys/fs/cgroup", membership: String = "/proc/self/cgroup") -> Int? {
    guard let path = ProcFile.value(of: "0::", in: membership) else { return nil }
    var names = path.split(separator: "/")
    var least: Int?
    while true {
      let folder = ([root] + names.map(String.init)).joined(separator: "/")
      func number(_ key: String, _ file: String) -> Int? {
        ProcFile.value(of: key, in: "\(folder)/\(file)").flatMap { Int($0) }
      }
      if let limit = number("", "memory.max"), let used = number("", "memory.current") {
        let files = (number("inactive_file ", "memory.stat") ?? 0) + (number("active_file ", "memory.stat") ?? 0)
        least = min(least ?? .max, max(limit - max(used - files, 0), 0))
      }
      if names.popLast() == nil { return least }
    }
  }

  /// Bytes in MiB, rounded up.
  static func mebibytes(_ bytes: Int) -> Int { bytes / (1 << 20) + (bytes % (1 << 20) == 0 ? 0 : 1) }
}
