// The host's services, as a plugin calls them.
import PluginAPI

/// The host, valid for the life of the instance it was handed to.
public struct PluginHost: @unchecked Sendable {
  // SAFETY: the contract keeps the struct unchanged and alive until destroy() returns, and marks log, should_abort and
  // get_extension as callable on any thread.
  let raw: UnsafePointer<sth_host>

  /// A host of the contract, for whoever runs networks without being a plugin: it must outlive all that is made with it.
  /// Throws `invalidArgument` for one that is absent or shorter than version 1.0 of its struct.
  public init(_ pointer: UnsafePointer<sth_host>?) throws(PluginError) {
    guard let pointer, SizedStruct.size(of: pointer) >= MemoryLayout<sth_host>.size else {
      throw PluginError(.invalidArgument, "cannot create the plugin: the host's struct sth_host is absent or too short")
    }
    raw = pointer
  }

  /// How loud a line is.
  public enum LogLevel: Int32, Sendable {
    /// For the author of the plugin.
    case debug = 0
    /// Worth knowing.
    case info = 1
    /// Worth acting upon.
    case warning = 2
    /// Wrong.
    case error = 3
  }

  /// "stylehost"
  public var name: String { CText.string(raw.pointee.name) }
  /// "0.1.0"
  public var version: String { CText.string(raw.pointee.version) }
  /// Threads that parallel loops may use, >= 1.
  public var workerCount: Int { max(1, Int(raw.pointee.worker_count)) }
  /// The person has asked to stop: throw `cancelled` soon. Cheap; ask between layers, not between pixels.
  public var shouldAbort: Bool { raw.pointee.should_abort?(raw) == 1 }

  /// One line for the person; the host adds the plugin's id.
  public func log(_ level: LogLevel, _ message: String) {
    message.withCString { raw.pointee.log?(raw, level.rawValue, $0) }
  }

  /// A table of the host by its name, at least as long as `Table` is today; nil where there is none.
  func table<Table>(_ name: String, as type: Table.Type) -> UnsafePointer<Table>? {
    guard let pointer = name.withCString({ raw.pointee.get_extension?(raw, $0) }) else { return nil }
    // SAFETY: the contract binds each name to one table type, which begins with its size.
    let table = pointer.assumingMemoryBound(to: Table.self)
    return SizedStruct.size(of: table) >= MemoryLayout<Table>.size ? table : nil
  }
}
