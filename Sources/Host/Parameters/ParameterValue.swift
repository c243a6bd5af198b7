// ParameterValue.swift - one checked value of a parameter.

/// A value of the right kind and inside its hard range.
public enum ParameterValue: Hashable, Sendable {
  /// Bool (0, 1), int, or the index of a choice.
  case integer(Int64)
  /// A float.
  case number(Double)
  /// A string or a path; nil where a plugin gave no default.
  case text(String?)
  /// Path of a picture to decode, nil where none was given.
  case picture(String?)
  /// Paths of pictures to decode, in the order given.
  case pictures([String])
}
