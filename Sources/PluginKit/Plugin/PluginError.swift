// How anything in a plugin fails: a status that the host acts on, and one line that a person reads.
import PluginAPI

/// A failure, on its way to the person: what we were doing, to what, why it failed, what to do.
public struct PluginError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The kinds of failure of the contract (status.h says what each means).
  public enum Status: Int32, Sendable {
    /// The request is understood and cannot be served.
    case unsupported = 1
    /// The caller broke a rule: a bug on its side.
    case invalidArgument = 2
    /// Memory could not be had, or more than allowed would be needed.
    case noMemory = 3
    /// The host withheld an extension that is needed.
    case missingExtension = 4
    /// A model file is absent, damaged, or not of the form the plugin knows.
    case badWeights = 5
    /// A parameter is missing or its value cannot be used.
    case badParameter = 6
    /// The person has asked to stop.
    case cancelled = 7
    /// Anything else.
    case internalFailure = 8
  }

  /// What the host acts on.
  public let status: Status
  /// One line for the person, no full stop at the end; at most 511 bytes cross the border.
  public let description: String

  /// A failure from its parts.
  public init(_ status: Status, _ description: String) {
    self.status = status
    self.description = description
  }
}

extension PluginError {
  /// Calls a function of the host that reports through an `sth_error`, and throws what it reports.
  /// `action` names what we were doing, for a host that gives no text.
  static func check(
    _ action: StaticString, _ call: (UnsafeMutablePointer<sth_error>) -> sth_status
  ) throws(PluginError) {
    var error = sth_error()
    error.struct_size = UInt32(MemoryLayout<sth_error>.size)
    let status = call(&error)
    if status == STH_OK { return }
    let text = CText.string(in: error.message)
    throw PluginError(
      Status(rawValue: status) ?? .internalFailure, text.isEmpty ? "\(action) failed with status \(status)" : text)
  }

  /// The failure of asking for an extension this host does not have.
  static func missing(_ name: String, for purpose: String) -> PluginError {
    PluginError(.missingExtension, "cannot \(purpose): the host offers no extension '\(name)'; use a newer stylehost")
  }

  /// Writes the failure to the caller's memory, as much of it as the caller's struct holds, and gives the status to return.
  func report(to error: UnsafeMutablePointer<sth_error>?) -> sth_status {
    guard let error else { return status.rawValue }
    let size = Int(error.pointee.struct_size)
    guard let codeOffset = MemoryLayout<sth_error>.offset(of: \.code),
      let messageOffset = MemoryLayout<sth_error>.offset(of: \.message), size >= messageOffset
    else { return status.rawValue }
    // SAFETY: the caller owns struct_size bytes; only offsets below it and below our own layout's end are written.
    let raw = UnsafeMutableRawPointer(error)
    raw.storeBytes(of: status.rawValue, toByteOffset: codeOffset, as: sth_status.self)
    let capacity = min(size, MemoryLayout<sth_error>.size) - messageOffset
    CText.write(description, to: UnsafeMutableRawBufferPointer(start: raw + messageOffset, count: capacity))
    return status.rawValue
  }
}
