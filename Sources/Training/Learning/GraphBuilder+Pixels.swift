// Ranges of pixels: from 0...255, as pictures have them, to what networks take, and back.
import PluginKit

extension GraphBuilder {
  /// A picture of 0...255 as networks of -1...1 take it: [3, h, w].
  func signed(_ picture: Value) -> Value { scaled(picture, by: 2 / 255, plus: -1, channels: 3) }

  /// The way back of `signed`.
  func unsigned(_ picture: Value) -> Value { scaled(picture, by: 127.5, plus: 127.5, channels: 3) }

  /// A picture of 0...255 as networks of 0...1 take it: [3, h, w].
  func fractions(_ picture: Value) -> Value { scaled(picture, by: 1 / 255, channels: 3) }

  /// The way back of `fractions`.
  func fromFractions(_ picture: Value) -> Value { scaled(picture, by: 255, channels: 3) }
}
