// Gives a style picture the colours of the content before its features are taken: the content keeps its colours.
import PluginKit

/// Mean, spread and correlation of the three colours of a picture.
public struct ColourStatistics: Sendable {
  /// R, G, B.
  let mean, deviation: SIMD3<Double>
  /// The standardised pixels times their transpose plus the identity, divided by their number. pytorch-AdaIN leaves the division out,
  /// which is the same where both pictures have equally many pixels, and changes the contrast where they have not.
  let correlation: Matrix3

  /// Of all pixels, summed in double precision; deviations divide by the pixels less one. A colour that is the same everywhere
  /// correlates with nothing. Allocates nothing.
  public init(_ picture: Image) {
    var sum = SIMD3<Double>()
    // Of R R, G G, B B and of R G, G B, B R.
    var (squares, products) = (SIMD3<Double>(), SIMD3<Double>())
    for y in 0..<picture.height {
      let (r, g, b) = (picture.row(y, plane: 0), picture.row(y, plane: 1), picture.row(y, plane: 2))
      for x in 0..<picture.width {
        let pixel = SIMD3(Double(r[x]), Double(g[x]), Double(b[x]))
        sum += pixel
        squares += pixel * pixel
        products += pixel * SIMD3(pixel.y, pixel.z, pixel.x)
      }
    }
    let count = Double(picture.height * picture.width)
    mean = sum / count
    let centred = squares - mean * mean * count
    deviation = (centred.replacing(with: 0, where: centred .< 0) / max(1, count - 1)).squareRoot()
    let inverse = deviation.reciprocal
    let crossed =
      (products - mean * SIMD3(mean.y, mean.z, mean.x) * count) * inverse * SIMD3(inverse.y, inverse.z, inverse.x)
      / count
    let own = (centred * inverse * inverse + 1) / count
    correlation = Matrix3(
      SIMD3(own.x, crossed.x, crossed.z), SIMD3(crossed.x, own.y, crossed.y), SIMD3(crossed.z, crossed.y, own.z))
  }
}

/// Brings the colours of one picture to the mean, spread and correlation of another's: CORAL (Sun, Feng, Saenko, AAAI 2016) as
/// pytorch-AdaIN keeps colours with it.
public struct ColourTransfer: Sendable {
  /// pixel -> matrix * pixel + offset
  let matrix: Matrix3
  let offset: SIMD3<Double>

  /// From the colours of `style` to those of `content`.
  public init(from style: ColourStatistics, to content: ColourStatistics) {
    let turn = content.correlation.roots.root * style.correlation.roots.inverse
    matrix = turn.scaled(rows: content.deviation, columns: style.deviation.reciprocal)
    offset = content.mean - matrix * style.mean
  }

  /// Writes the recoloured picture, not clamped. `target`: of the same size. Allocates nothing.
  public func apply(_ picture: Image, into target: MutableImage) {
    for y in 0..<picture.height {
      let (r, g, b) = (picture.row(y, plane: 0), picture.row(y, plane: 1), picture.row(y, plane: 2))
      let (toR, toG, toB) = (target.row(y, plane: 0), target.row(y, plane: 1), target.row(y, plane: 2))
      for x in 0..<picture.width {
        let pixel = matrix * SIMD3(Double(r[x]), Double(g[x]), Double(b[x])) + offset
        (toR[x], toG[x], toB[x]) = (Float(pixel.x), Float(pixel.y), Float(pixel.z))
      }
    }
  }
}

extension SIMD3<Double> {
  /// 1 / x, and 0 for a spread that is none beside rounding.
  fileprivate var reciprocal: SIMD3<Double> { (1 / self).replacing(with: 0, where: self .< 1e-9) }
}
