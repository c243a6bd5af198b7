// Which of two generators is meant.

/// From which domain to which a generator translates.
public enum GeneratorDirection: String, CaseIterable, Sendable {
  /// The one the file has; of two, that from A to B.
  case auto
  /// From A to B.
  case a2b
  /// From B to A.
  case b2a
}
