// StyleNumbers.swift - the common options of a style that may change from frame to frame.

/// Numbers of one frame.
public struct StyleNumbers: Equatable, Sendable {
  /// How much of the style there is, 0...1.
  public var strength: Float = 1
}
