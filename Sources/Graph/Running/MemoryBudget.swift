// How much memory a plan may take.
/// Asking the system what is left, and saying it in MiB.
enum MemoryBudget {
  /// Bytes that can be had without swapping (MemAvailable of Linux), or nil where the system does not say.
  static func availableBytes() -> Int? {
    guard
      let text = ProcFile.value(of: "MemAvailable:", in: "/proc/meminfo"),
      let kibibytes = text.split(separator: " ").first.flatMap({ Int($0) })
    else { return nil }
    return kibibytes * 1024
  }

  /// Bytes in MiB, rounded up.
  static func mebibytes(_ bytes: Int) -> Int { bytes / (1 << 20) + (bytes % (1 << 20) == 0 ? 0 : 1) }
}
