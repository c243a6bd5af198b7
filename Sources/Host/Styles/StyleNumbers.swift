// StyleNumbers.swift - the common options of a style that may change from frame to frame.

/// Numbers of one frame.
public struct StyleNumbers: Equatable, Sendable {
  /// How much of the style there is, 0...1.
  public var strength: Float = 1

  /// Sets the number of this key of the table.
  mutating func set(_ key: String, to value: Double) {
    if key == "strength" { strength = Float(value) }
  }
}
