// How pictures of any size become squares of one size.
import Weights

/// The square that is cut out of a picture whose shorter side was brought to a size.
public struct PictureCut: Equatable, Sendable {
  /// Pixels of a side.
  public var size: Int
  /// Pixels that the picture's shorter side is brought to, not fewer than the square's; nil: as many.
  public var photoSize: Int?
  /// The square lies anywhere, instead of in the middle.
  public var isRandom = false
  /// Half of the squares are turned over, left to right.
  public var isMirrored = false
  /// The picture is brought to anything from `photoSize` down to this part of it, but not below the square's size: what is in the square is up to
  /// so many times as large.
  public var mostZoom = 1.0

  /// A square in the middle: what pytorch/examples trains with.
  public init(size: Int) { self.size = size }

  /// Pictures are taken as they are instead of in parts: digits, which have a place and a direction.
  public mutating func takeWhole() { (photoSize, isRandom, isMirrored) = (nil, false, false) }

  /// A longer side is not enlarged beyond this many times the shorter one.
  private static let mostLengths = 16

  /// The size that a picture of width x height is brought to; nil for one that is too long and narrow to be of use. Draws where there is zoom.
  func scaled(width: Int, height: Int, _ draws: inout SplitMix64) -> (width: Int, height: Int)? {
    let shorter = min(width, height), longer = max(width, height)
    guard shorter >= 1, longer <= Self.mostLengths * shorter else { return nil }
    let whole = max(size, photoSize ?? size)
    let zoom = mostZoom > 1 ? 1 / mostZoom + (1 - 1 / mostZoom) * draws.fraction() : 1
    let short = max(size, Int((Double(whole) * zoom).rounded()))
    let long = max(short, (longer * short + shorter / 2) / shorter)
    return width <= height ? (short, long) : (long, short)
  }

  /// Where the square begins along each side, and whether it is turned over. Draws as often whatever the options are, so that
  /// changing one of them leaves the others' numbers alone.
  func place(width: Int, height: Int, _ draws: inout SplitMix64) -> (x: Int, y: Int, isMirrored: Bool) {
    let (a, b, c) = (draws.fraction(), draws.fraction(), draws.fraction())
    func start(_ room: Int, _ share: Double) -> Int { isRandom ? Int(share * Double(room + 1)) : room / 2 }
    return (start(width - size, a), start(height - size, b), isMirrored && c < 0.5)
  }
}
