// HostError.swift - what can go wrong in the host, each with the exit code that tells a script what it was.

/// An error of the host. The description is one line: what we were doing, to what, why it failed, what to do.
public struct HostError: Error, CustomStringConvertible, Equatable, Sendable {
  /// Who has to act.
  public enum Kind: Equatable, Sendable {
    /// The command line is wrong.
    case usage
    /// A plugin or a model cannot be used or failed.
    case plugin
    /// The input cannot be read.
    case input
    /// The output is whole but the input was damaged.
    case partial
    /// The output cannot be written.
    case output
    /// Whoever read the output has gone: nothing is wrong, there is nothing left to do.
    case consumerClosed
    /// Another stage failed or the person asked to stop; the other side has the reason.
    case cancelled
    /// A signal ended the work in good order.
    case interrupted(signal: Int32)
  }

  /// Who has to act.
  public let kind: Kind
  /// One line without a full stop at the end.
  public let description: String

  /// An error of a kind with its one line.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// What the process ends with: 0 ok, 2 usage, 3 plugin or model, 4 input, 5 partial, 6 output, 128 + n for signal n.
  public var exitCode: Int32 {
    switch kind {
    case .usage: return 2
    case .plugin: return 3
    case .input: return 4
    case .partial: return 5
    case .output: return 6
    case .consumerClosed: return 0
    case .cancelled: return 1
    case .interrupted(let signal): return 128 + signal
    }
  }
}
