// The brightness of a picture at several sizes, for looking up where things have moved.
import PluginKit

/// Brightness 0...255, then the same at half the size, and so on.
struct LumaPicture {
  /// One size.
  struct Plane {
    let height, width: Int
    let values: [Float]

    /// The value at a place; outside, that of the nearest edge.
    func at(_ y: Int, _ x: Int) -> Float {
      values[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)]
    }
  }

  /// Largest first.
  let planes: [Plane]

  /// Sides that are not halved further.
  private static let smallestSide = 24

  /// Of R G B, by BT.601.
  init(_ image: Image) {
    var values = [Float](repeating: 0, count: image.height * image.width)
    for y in 0..<image.height {
      let (r, g, b) = (image.row(y, plane: 0), image.row(y, plane: 1), image.row(y, plane: 2))
      for x in 0..<image.width { values[y * image.width + x] = 0.299 * r[x] + 0.587 * g[x] + 0.114 * b[x] }
    }
    var planes = [Plane(height: image.height, width: image.width, values: values)]
    while let last = planes.last, planes.count < 6, min(last.height, last.width) >= 2 * Self.smallestSide {
      planes.append(Self.halved(last))
    }
    self.planes = planes
  }

  private static func halved(_ plane: Plane) -> Plane {
    let (height, width) = (plane.height / 2, plane.width / 2)
    var values = [Float](repeating: 0, count: height * width)
    for y in 0..<height {
      for x in 0..<width {
        let i = 2 * y * plane.width + 2 * x
        let (upper, lower) = (
          plane.values[i] + plane.values[i + 1], plane.values[i + plane.width] + plane.values[i + plane.width + 1]
        )
        values[y * width + x] = (upper + lower) / 4
      }
    }
    return Plane(height: height, width: width, values: values)
  }
}
