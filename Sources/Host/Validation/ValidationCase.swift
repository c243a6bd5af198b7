// ValidationCase.swift - the tests that `plugins validate` runs, each in a child of its own.

/// One promise of the contract.
public enum ValidationCase: String, CaseIterable, Codable, Sendable {
  case entry, symbols, stdout, lifecycle, withheld, sizes, threads, parameters, reset, stateless, resources

  /// The promise in a sentence.
  public var promise: String {
    switch self {
    case .entry: return "the entry function answers within 100 ms with a sane descriptor"
    case .symbols: return "the library exports one C symbol, the entry function"
    case .stdout: return "nothing is written to stdout"
    case .lifecycle: return "it can be activated, used and put away again and again"
    case .withheld: return "without any host extension it works or fails with a sentence"
    case .sizes: return "every size from 1x1 works: all pixels written, finite, nothing beyond, input untouched"
    case .threads: return "1, 2 and 4 threads give equal bytes"
    case .parameters: return "parameters work at their bounds"
    case .reset: return "after reset() it acts like a fresh instance"
    case .stateless: return "a plugin that says it is stateless is"
    case .resources: return "threads and file descriptors are given back"
    }
  }

  /// Whether the test makes an instance, which may need a model.
  var needsInstance: Bool { self != .entry && self != .symbols }
}

/// How a test ended.
public struct ValidationResult: Codable, Equatable, Sendable {
  /// In one word.
  public enum Status: String, Codable, Sendable {
    case passed, failed, skipped
  }

  /// Which test.
  public let test: ValidationCase
  /// In one word.
  public let status: Status
  /// Why not passed, or what else is worth knowing.
  public let message: String?
}
