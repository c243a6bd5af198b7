// What stylehost_plugin_entry returns.
import PluginAPI

/// The plugin's table, as the exported function returns it; nil where the plugin cannot serve the host.
public typealias PluginEntry = UnsafePointer<sth_entry>

extension StylePlugin where Self: ~Copyable {
  /// The table of this plugin; the same at every call. nil for a host of another major version.
  public static func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? {
    entry(hostMajor, models: nil)
  }

  fileprivate static func entry(_ hostMajor: UInt32, models: ModelFunctions?) -> PluginEntry? {
    guard hostMajor == STH_ABI_MAJOR else { return nil }
    let descriptor = descriptor
    let type = TypeFunctions.seated(descriptor.id) { seat in
      PluginType(
        descriptor, seat: seat,
        make: { host, parameters, rows throws(PluginError) in
          try Instance<Self>(host: host, parameters: parameters, rows: rows)
        }, models: models)
    }
    return type?.entry
  }
}

extension ModelPlugin where Self: ~Copyable {
  /// The table of this plugin, which also says which model files it runs.
  public static func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? {
    let models = ModelFunctions(
      identify: { weights throws(PluginError) in try identify(weights) },
      fresh: { width throws(PluginError) in try fresh(width: width) })
    return entry(hostMajor, models: models)
  }
}
