// The masks of regions, brought to the size of the features.
import PluginKit

/// Where each style is taken: white all of it, black nothing, grey a share.
final class RegionMasks {
  /// A mask of any size, the mean of its colours, row by row.
  private struct Mask {
    let height, width: Int
    let values: [Float]
  }

  private let masks: [Mask]
  private let styles: Int

  /// Copies the masks. Throws `badParameter` where there is not one for each style, the last of which may do without.
  init(_ pictures: [Image], styles: Int) throws(PluginError) {
    guard pictures.count == styles || pictures.count == styles - 1 else {
      let (m, s) = (pictures.count, styles)
      throw PluginError(
        .badParameter,
        "\(m) \(m == 1 ? "mask" : "masks") for \(s) \(s == 1 ? "style" : "styles"): give one for each in masks=")
    }
    self.styles = styles
    masks = pictures.map { picture in
      var values: [Float] = []
      for y in 0..<picture.height {
        let (r, g, b) = (picture.row(y, plane: 0), picture.row(y, plane: 1), picture.row(y, plane: 2))
        for x in 0..<picture.width { values.append(min(max((r[x] + g[x] + b[x]) / 3, 0), 1)) }
      }
      return Mask(height: picture.height, width: picture.width, values: values)
    }
  }

  /// Writes each style's share of each pixel. Where masks overlap by more than the whole, they are divided by their sum; a last style
  /// without a mask takes what the others leave; what is left then is the content as it is.
  func write(shares target: MutableImage, _ grid: FeatureGrid) {
    for (i, mask) in masks.enumerated() {
      for y in 0..<target.height {
        let row = target.row(y, plane: i)
        for x in 0..<row.count {
          row[x] = Self.mean(of: mask, grid.rows(y, of: mask.height), grid.columns(x, of: mask.width))
        }
      }
    }
    for y in 0..<target.height {
      for x in 0..<target.width {
        var sum: Float = 0
        for i in masks.indices { sum += target.row(y, plane: i)[x] }
        if sum > 1 { for i in masks.indices { target.row(y, plane: i)[x] /= sum } }
        if masks.count < styles { target.row(y, plane: masks.count)[x] = max(0, 1 - sum) }
      }
    }
  }

  /// The mean of a part of a mask; pixels that are covered in part count in part.
  private static func mean(of mask: Mask, _ rows: ClosedRange<Double>, _ columns: ClosedRange<Double>) -> Float {
    var (sum, area) = (0.0, 0.0)
    for row in pixels(rows, mask.height) {
      let height = min(Double(row + 1), rows.upperBound) - max(Double(row), rows.lowerBound)
      for column in pixels(columns, mask.width) {
        let width = min(Double(column + 1), columns.upperBound) - max(Double(column), columns.lowerBound)
        sum += height * width * Double(mask.values[row * mask.width + column])
        area += height * width
      }
    }
    return area > 0 ? Float(sum / area) : 0
  }

  private static func pixels(_ range: ClosedRange<Double>, _ extent: Int) -> Range<Int> {
    let first = min(Int(range.lowerBound), extent - 1)
    return first..<max(first + 1, min(Int(range.upperBound.rounded(.up)), extent))
  }
}

/// Which part of a frame a pixel of its features stands for: a square, cut off at the frame's border.
struct FeatureGrid {
  /// Of the frame.
  let height, width: Int
  /// Of the features.
  let featureHeight, featureWidth: Int
  /// Of a square.
  let side: Int

  /// The rows of a picture as high as `extent` that lie where row `y` of the features does, when it is laid over the frame.
  func rows(_ y: Int, of extent: Int) -> ClosedRange<Double> { part(y, height, extent) }

  /// Likewise the columns.
  func columns(_ x: Int, of extent: Int) -> ClosedRange<Double> { part(x, width, extent) }

  private func part(_ i: Int, _ frame: Int, _ extent: Int) -> ClosedRange<Double> {
    let scale = Double(extent) / Double(frame)
    return Double(i * side) * scale...Double(min((i + 1) * side, frame)) * scale
  }
}
