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

  /// The option that asks for it.
  var key: String {
    if case .factor = self { return "scale" }
    return "size"
  }

  /// Reads "WxH" or "N"; nil for anything else.
  init?(parsing text: String) {
    if let size = InputOptions.parseSize(text) {
      self = .exact(w: size.width, h: size.height)
    } else if text.allSatisfy(\.isASCIIDigit), let side = UInt16(text), side > 0 {
      self = .shorterSide(Int(side))
    } else {
      return nil
    }
  }

  /// The longest side that a style may work at.
  private static let longest = 65536

  /// The size for pictures of a size; each side is 1 at least.
  ///
  /// - Parameter name: of the style, for errors.
  /// - Throws: `HostError` of kind usage where a side would be too long.
  func applied(h: Int, w: Int, of name: String) throws(HostError) -> (h: Int, w: Int) {
    let factor: Double
    switch self {
    case .own: return (h, w)
    case .exact(let width, let height): return (height, width)
    case .shorterSide(let side): factor = Double(side) / Double(min(h, w))
    case .factor(let given): factor = given
    }
    let (height, width) = ((Double(h) * factor).rounded(), (Double(w) * factor).rounded())
    guard max(height, width) <= Double(WorkingSize.longest) else {
      throw HostError(
        .usage,
        "\(name): its working size for \(w)x\(h) would be \(Int(width))x\(Int(height)), and a side may have \(WorkingSize.longest) pixels"
      )
    }
    return (max(1, Int(height)), max(1, Int(width)))
  }
}
