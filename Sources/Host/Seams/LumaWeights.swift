// LumaWeights.swift - the shares of red, green and blue in luma.

import Video

/// What Y' is made of; the sum is 1.
struct LumaWeights: Equatable, Sendable {
  let red: Float
  let green: Float
  let blue: Float

  /// Those of a frame's matrix, by the rules of `FrameLayout.make`.
  init(of frame: Frame) {
    let layout = FrameLayout.make(
      frame.pixelFormat, color: frame.color, h: frame.height, w: frame.width, black: 0, white: 1)
    (red, blue) = (Float(layout.kr), Float(layout.kb))
    green = 1 - red - blue
  }

  /// Those of BT.709.
  init() { (red, green, blue) = (0.2126, 0.7152, 0.0722) }
}
