// The one error type of the room: what was being done, to what, why it failed, what to do.
import PluginAPI

/// A failure of building, compiling or running a graph.
public struct GraphError: Error, CustomStringConvertible, Equatable {
  /// The status that crosses the C border, one of `STH_ERROR_*`.
  public let status: sth_status

  /// One line without a full stop.
  public let description: String

  init(_ status: sth_status, _ description: String) {
    self.status = status
    self.description = description
  }

  /// The caller broke a rule written at the function.
  static func invalid(_ description: String) -> GraphError { GraphError(STH_ERROR_INVALID_ARGUMENT, description) }

  /// Understood, and cannot be served.
  static func unsupported(_ description: String) -> GraphError { GraphError(STH_ERROR_UNSUPPORTED, description) }

  /// Memory could not be had, or is not allowed.
  static func noMemory(_ description: String) -> GraphError { GraphError(STH_ERROR_NO_MEMORY, description) }
}
