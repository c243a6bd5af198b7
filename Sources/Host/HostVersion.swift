// HostVersion.swift - the version this program calls itself.

import PluginAPI

/// Versions to show.
public enum HostVersion {
  /// Of the program.
  public static let text = "0.1.0"
  /// Of the plugin contract it speaks.
  public static let abi = "\(STH_ABI_MAJOR).\(STH_ABI_MINOR)"
}
