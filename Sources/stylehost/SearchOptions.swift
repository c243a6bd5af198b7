// SearchOptions.swift - where plugins are looked for; shared by all subcommands that use one.

import ArgumentParser
import Host

/// `--plugin-path`.
struct SearchOptions: ParsableArguments {
  @Option(
    name: .customLong("plugin-path"), parsing: .singleValue,
    help: ArgumentHelp(
      "A folder with plugins, or one plugin; looked at first. May be given several times. After it come STYLEHOST_PLUGIN_PATH, the folder of the executable, the data folders.",
      valueName: "path"))
  var pluginPaths: [String] = []

  /// The plugins of this machine.
  var library: PluginLibrary { PluginLibrary(folders: PluginFolder.searchOrder(given: pluginPaths)) }
}
