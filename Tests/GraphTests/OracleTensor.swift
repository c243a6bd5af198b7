// The plainest possible statement of every operator, in double precision: what the room is held against.
import PluginAPI

/// [c][h][w] in double precision, dense.
struct OracleTensor: Equatable {
  var c: Int, h: Int, w: Int
  var values: [Double]

  init(c: Int, h: Int, w: Int, _ value: (Int, Int, Int) -> Double) {
    (self.c, self.h, self.w) = (c, h, w)
    values = []
    values.reserveCapacity(c * h * w)
    for channel in 0..<c { for y in 0..<h { for x in 0..<w { values.append(value(channel, y, x)) } } }
  }

  subscript(_ channel: Int, _ y: Int, _ x: Int) -> Double { values[(channel * h + y) * w + x] }

  func map(_ function: (Double) -> Double) -> OracleTensor {
    var result = self
    result.values = values.map(function)
    return result
  }

  /// Pixel (y, x) of the picture continued beyond its edges by `mode`.
  func continued(_ channel: Int, _ y: Int, _ x: Int, _ mode: UInt32) -> Double {
    if mode == STH_PAD_ZERO && !(0..<h ~= y && 0..<w ~= x) { return 0 }
    return self[channel, Self.inside(y, h, mode), Self.inside(x, w, mode)]
  }

  private static func inside(_ index: Int, _ count: Int, _ mode: UInt32) -> Int {
    if mode == STH_PAD_REPLICATE { return min(max(index, 0), count - 1) }
    if count == 1 { return 0 }
    var index = index
    while !(0..<count ~= index) { index = index < 0 ? -index : 2 * (count - 1) - index }
    return index
  }

  func padded(_ top: Int, _ left: Int, _ bottom: Int, _ right: Int, _ mode: UInt32) -> OracleTensor {
    OracleTensor(c: c, h: h + top + bottom, w: w + left + right) { continued($0, $1 - top, $2 - left, mode) }
  }

  func cropped(_ height: Int, _ width: Int) -> OracleTensor {
    OracleTensor(c: c, h: height, w: width) { self[$0, $1, $2] }
  }

  func upsampled(_ factor: Int) -> OracleTensor {
    OracleTensor(c: c, h: h * factor, w: w * factor) { self[$0, $1 / factor, $2 / factor] }
  }

  /// The largest of each window; windows begin inside the picture.
  func pooled(_ size: Int, stride: Int, ceil: Bool) -> OracleTensor {
    func starts(_ extent: Int) -> [Int] {
      Swift.stride(from: 0, to: extent, by: stride).filter { start in
        start + size <= extent || (ceil && (start == 0 || start - stride + size < extent))
      }
    }
    let (rows, columns) = (starts(h), starts(w))
    return OracleTensor(c: c, h: rows.count, w: columns.count) { channel, y, x in
      var largest = -Double.infinity
      for row in rows[y]..<min(rows[y] + size, h) {
        for column in columns[x]..<min(columns[x] + size, w) { largest = max(largest, self[channel, row, column]) }
      }
      return largest
    }
  }

  /// weight: [out_c][c][kh][kw], dense.
  func convolved(_ weight: [Double], dims: [Int], bias: [Double]?, strideH: Int, strideW: Int) -> OracleTensor {
    OracleTensor(c: dims[0], h: (h - dims[2]) / strideH + 1, w: (w - dims[3]) / strideW + 1) { out, y, x in
      var sum = bias?[out] ?? 0
      for channel in 0..<c {
        for ky in 0..<dims[2] {
          for kx in 0..<dims[3] {
            sum +=
              weight[((out * c + channel) * dims[2] + ky) * dims[3] + kx]
              * self[channel, y * strideH + ky, x * strideW + kx]
          }
        }
      }
      return sum
    }
  }

  func normalised(scale: [Double]?, shift: [Double]?, epsilon: Double) -> OracleTensor {
    var result = self
    for channel in 0..<c {
      let range = channel * h * w..<(channel + 1) * h * w
      let mean = values[range].reduce(0, +) / Double(h * w)
      let variance = values[range].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(h * w)
      for index in range {
        result.values[index] =
          (values[index] - mean) / (variance + epsilon).squareRoot() * (scale?[channel] ?? 1) + (shift?[channel] ?? 0)
      }
    }
    return result
  }

  static func + (a: OracleTensor, b: OracleTensor) -> OracleTensor {
    OracleTensor(c: a.c, h: a.h, w: a.w) { a[$0, $1, $2] + b[$0, $1, $2] }
  }

  /// Largest difference, relative to the largest magnitude here (at least 1); infinite for other shapes and NaN.
  func distance(to other: OracleTensor) -> Double {
    guard (c, h, w) == (other.c, other.h, other.w) else { return .infinity }
    let scale = values.reduce(1) { max($0, abs($1)) }
    return zip(values, other.values).reduce(0) { worst, pair in
      let difference = abs(pair.0 - pair.1) / scale
      return difference.isNaN ? .infinity : max(worst, difference)
    }
  }
}
