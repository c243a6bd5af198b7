// PluginsListCommand.swift - `stylehost plugins list`.

import ArgumentParser
import Host

/// All that was found, usable or not.
struct PluginsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists all plugins found, and why one cannot be used.")

  @Flag(help: "One JSON array: id, version, path, status (ok, failed, duplicate), reason.") var json = false
  @OptionGroup var search: SearchOptions

  func run() throws {
    let output = try PrivateOutput.claim()
    let listings = search.library.listings()
    guard !json else { return try PrivateOutput.write(JSONText.make(listings), to: output) }
    if listings.isEmpty {
      throw HostError(.plugin, "no plugin was found: build one, or name its folder with --plugin-path")
    }
    let lines = listings.map { listing in
      switch listing.status {
      case .ok: return "\(listing.id ?? "?") \(listing.version ?? "")  \(listing.plugin?.name ?? "")  (\(listing.path))"
      case .failed, .duplicate:
        return "\(listing.status.rawValue): \(listing.path): \(listing.reason ?? "no reason known")"
      }
    }
    let options = "Every style takes \(StyleOptions.keys) beside its own parameters: see plugins info."
    try PrivateOutput.write((lines + ["", options]).joined(separator: "\n") + "\n", to: output)
  }
}
