// The one error of this room: what we were doing, to what, why it failed and what to do, in one line.

/// Why a weight file could not be read or written.
///
/// `description` is always one printable line, whatever bytes the file held:
/// `cannot load wave.pth: the file ends inside tensor 'conv1.weight': it was cut short, copy or download it again`.
public struct WeightsError: Error, CustomStringConvertible, Equatable, Sendable {
  /// What sort of failure it is, for programs; people read `description`.
  public enum Kind: Sendable, Equatable {
    /// The file is missing, is a folder, a pipe or a device, or may not be read.
    case unreadable
    /// The bytes are no format of ours.
    case unrecognised
    /// The bytes contradict themselves: truncated, or lengths that lie.
    case damaged
    /// A genuine file that uses something this room does not read.
    case unsupported
    /// Reading it would mean to run code.
    case refused
    /// A tensor was asked for something it is not, such as floats of integers.
    case mismatched
    /// The file cannot be written.
    case unwritable
  }

  /// What was being done.
  public enum Action: String, Sendable, Equatable {
    case load, read, write
  }

  /// What sort of failure it is.
  public let kind: Kind
  /// What was being done.
  public let action: Action
  /// The path of the file, or the tensor, it is about.
  public let subject: String
  /// Why, and what to do about it.
  public let reason: String

  init(kind: Kind, action: Action, subject: String, reason: String) {
    self.kind = kind
    self.action = action
    self.subject = subject.printable(limit: 4096)
    self.reason = reason
  }

  /// A file of tensors that was read well, but does not hold what it should.
  public init(loading path: String, _ reason: String) {
    self.init(kind: .damaged, action: .load, subject: path, reason: reason)
  }

  init(_ fault: Fault, action: Action, subject: String) {
    self.init(kind: fault.kind, action: action, subject: subject, reason: fault.reason)
  }

  /// One line: `cannot load PATH: REASON: WHAT TO DO`.
  public var description: String { "cannot \(action.rawValue) \(subject): \(reason)" }
}
