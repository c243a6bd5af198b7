// ProgramFiles.swift - where this program and its data lie on the machine.

import Foundation

/// Places of the running program.
public enum ProgramFiles {
  /// Our own executable.
  public static let executable: String = {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments.first
      ?? "stylehost"
  }()

  /// $XDG_DATA_HOME/stylehost, by default ~/.local/share/stylehost.
  public static func dataFolder(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
    folder("XDG_DATA_HOME", ".local/share", environment)
  }

  /// $XDG_CACHE_HOME/stylehost, by default ~/.cache/stylehost.
  public static func cacheFolder(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
    folder("XDG_CACHE_HOME", ".cache", environment)
  }

  /// The checkout this program was built in and still lies in: the folder that holds its .build. Nil once installed.
  public static let checkout: String? = {
    let parts = executable.split(separator: "/")
    guard let build = parts.lastIndex(where: { $0.hasPrefix(".build") }) else { return nil }
    return "/" + parts[..<build].joined(separator: "/")
  }()

  private static func folder(_ variable: String, _ fallback: String, _ environment: [String: String]) -> String {
    // The XDG rules ignore relative paths.
    if let base = environment[variable], base.hasPrefix("/") { return base + "/stylehost" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/" + fallback + "/stylehost"
  }
}
