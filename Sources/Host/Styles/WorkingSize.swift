// WorkingSize.swift - the size of the pictures that a style works on, as it was asked for.

import Video

/// `size=640x360`, `size=360` or `scale=0.5`.
public enum WorkingSize: Equatable, Sendable {
  /// That of the pictures that come.
  case own
  /// Width and height.
  case exact(w: Int, h: Int)
  /// The shorter side; the other one follows.
  case shorterSide(Int)
  /// Of both sides.
  case factor(Double)

  /// Reads "WxH" or "N"; nil for anything else.
  init?(parsing text: String) {
    if let size = InputOptions.parseSize(text) {
      self = .exact(w: size.width, h: size.height)
    } else if let side = UInt16(text), side > 0 {
      self = .shorterSide(Int(side))
    } else {
      return nil
    }
  }

  /// The size for pictures of a size; each side is 1 at least.
  func applied(h: Int, w: Int) -> (h: Int, w: Int) {
    let factor: Double
    switch self {
    case .own: return (h, w)
    case .exact(let width, let height): return (height, width)
    case .shorterSide(let side): factor = Double(side) / Double(min(h, w))
    case .factor(let given): factor = given
    }
    let scaled = { (side: Int) in max(1, Int((Double(side) * factor).rounded())) }
    return (scaled(h), scaled(w))
  }
}
