// PixelRange.swift - which values of a picture mean black and white.

/// The values of black and white in a float picture.
struct PixelRange: Equatable, Sendable {
  var black: Float = 0
  var white: Float = 1
}
