// How a picture must be turned to stand upright, and what that does to its shape and tags.
import CFFmpeg

/// One of the eight ways to lay a picture on its own axes: an optional transposition, then flips of the result.
struct Orientation: Equatable {
  /// Rows become columns, before the flips.
  var transposes = false
  /// The result is mirrored left to right.
  var flipsX = false
  /// The result is mirrored top to bottom.
  var flipsY = false

  /// Upright already.
  static let upright = Orientation()

  init() {}

  /// The orientation of a display matrix: nine numbers as in libavutil/display.h, where a point (x, y) of the stored picture is shown at
  /// (m[0] x + m[3] y, m[1] x + m[4] y). Nil for angles that are not multiples of 90 degrees.
  init?(displayMatrix m: UnsafePointer<Int32>) {
    if m[1] == 0, m[3] == 0, m[0] != 0, m[4] != 0 {
      flipsX = m[0] < 0
      flipsY = m[4] < 0
    } else if m[0] == 0, m[4] == 0, m[1] != 0, m[3] != 0 {
      transposes = true
      flipsX = m[3] < 0
      flipsY = m[1] < 0
    } else {
      return nil
    }
  }

  /// Where chroma sits after turning. Sites that libav has no name for become unspecified.
  func apply(to location: ChromaLocation) -> ChromaLocation {
    let sites: [ChromaLocation: (x: Int, y: Int)] = [
      .left: (0, 1), .center: (1, 1), .topLeft: (0, 0), .top: (1, 0), .bottomLeft: (0, 2), .bottom: (1, 2),
    ]
    guard self != .upright, var site = sites[location] else { return location }
    if transposes { site = (site.y, site.x) }
    if flipsX { site.x = 2 - site.x }
    if flipsY { site.y = 2 - site.y }
    return sites.first { $0.value == site }?.key ?? .unspecified
  }
}
