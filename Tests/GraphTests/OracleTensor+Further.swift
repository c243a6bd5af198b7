// Oracles of the operators beyond those of a plain convolutional network.
import PluginAPI

@testable import Graph

extension OracleTensor {
  /// weight: [out_c][c / groups][kh][kw], dense.
  func convolved(
    _ weight: [Double], dims: [Int], groups: Int, stride: (h: Int, w: Int), dilation: (h: Int, w: Int)
  ) -> OracleTensor {
    let (high, wide) = ((dims[2] - 1) * dilation.h + 1, (dims[3] - 1) * dilation.w + 1)
    let part = dims[1]
    return OracleTensor(c: dims[0], h: (h - high) / stride.h + 1, w: (w - wide) / stride.w + 1) { out, y, x in
      var sum = 0.0
      for channel in 0..<part {
        for ky in 0..<dims[2] {
          for kx in 0..<dims[3] {
            let (row, column) = (y * stride.h + ky * dilation.h, x * stride.w + kx * dilation.w)
            sum +=
              weight[((out * part + channel) * dims[2] + ky) * dims[3] + kx]
              * self[out / (dims[0] / groups) * part + channel, row, column]
          }
        }
      }
      return sum
    }
  }

  /// Every pixel spreads its kernel; weight: [c][out_c / groups][kh][kw].
  func spread(
    _ weight: [Double], dims: [Int], groups: Int, stride: Int, cut: Border, more: (h: Int, w: Int)
  ) -> OracleTensor {
    let part = dims[1]
    let height = (h - 1) * stride + dims[2] - cut.top - cut.bottom + more.h
    let width = (w - 1) * stride + dims[3] - cut.left - cut.right + more.w
    var result = OracleTensor(c: part * groups, h: height, w: width) { _, _, _ in 0 }
    for channel in 0..<c {
      for o in 0..<part {
        let out = channel / (c / groups) * part + o
        for y in 0..<h {
          for x in 0..<w {
            for ky in 0..<dims[2] {
              for kx in 0..<dims[3] {
                let (row, column) = (y * stride + ky - cut.top, x * stride + kx - cut.left)
                guard 0..<height ~= row, 0..<width ~= column else { continue }
                let tap: Double = weight[((channel * part + o) * dims[2] + ky) * dims[3] + kx]
                let place: Int = (out * height + row) * width + column
                result.values[place] += self[channel, y, x] * tap
              }
            }
          }
        }
      }
    }
    return result
  }

  func grouped(_ norm: GroupNormCase, scale: [Double]?, shift: [Double]?) -> OracleTensor {
    var result = self
    let size = c / norm.groups * h * w
    for group in 0..<norm.groups {
      let range = group * size..<(group + 1) * size
      let mean = values[range].reduce(0, +) / Double(size)
      let squares = values[range].reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let variance = squares / Double(norm.isUnbiased ? size - 1 : size)
      let deviation =
        norm.isEpsilonOnDeviation ? variance.squareRoot() + norm.epsilon : (variance + norm.epsilon).squareRoot()
      for index in range {
        let channel = index / (h * w)
        result.values[index] = (values[index] - mean) / deviation * (scale?[channel] ?? 1) + (shift?[channel] ?? 0)
      }
    }
    return result
  }

  func combined(_ other: OracleTensor, _ function: (Double, Double) -> Double) -> OracleTensor {
    OracleTensor(c: max(c, other.c), h: max(h, other.h), w: max(w, other.w)) { channel, y, x in
      function(
        self[min(channel, c - 1), min(y, h - 1), min(x, w - 1)],
        other[min(channel, other.c - 1), min(y, other.h - 1), min(x, other.w - 1)])
    }
  }

  /// The mean of each window, counting what exists or, `isPadded`, the padding too.
  func averaged(_ size: Int, stride: Int, padding: Int, isPadded: Bool) -> OracleTensor {
    let (rows, columns) = ((h + 2 * padding - size) / stride + 1, (w + 2 * padding - size) / stride + 1)
    return OracleTensor(c: c, h: rows, w: columns) { channel, y, x in
      var (sum, count) = (0.0, 0)
      for row in y * stride - padding..<y * stride - padding + size {
        for column in x * stride - padding..<x * stride - padding + size {
          guard 0..<h ~= row, 0..<w ~= column else { continue }
          sum += self[channel, row, column]
          count += 1
        }
      }
      return sum / Double(isPadded ? size * size : count)
    }
  }

  /// Linear, places beyond the edges on the edges.
  func resized(_ height: Int, _ width: Int, place: (_ x: Double, _ from: Int, _ to: Int) -> Double) -> OracleTensor {
    func taps(_ i: Int, _ from: Int, _ to: Int) -> (Int, Int, Double) {
      let at = min(max(place(Double(i), from, to), 0), Double(from - 1))
      return (Int(at), min(Int(at) + 1, from - 1), at - at.rounded(.down))
    }
    return OracleTensor(c: c, h: height, w: width) { channel, y, x in
      let (y0, y1, fy) = taps(y, h, height), (x0, x1, fx) = taps(x, w, width)
      let top = self[channel, y0, x0] * (1 - fx) + self[channel, y0, x1] * fx
      return top * (1 - fy) + (self[channel, y1, x0] * (1 - fx) + self[channel, y1, x1] * fx) * fy
    }
  }

  /// Each axis brought to another length: weights(pixel, from, to) gives what each of `from` pixels is of one of `to` pixels.
  func weighed(_ height: Int, _ width: Int, _ weights: (_ pixel: Int, _ from: Int, _ to: Int) -> [Double])
    -> OracleTensor
  {
    let (down, across) = (
      (0..<height).map { weights($0, h, height) }, (0..<width).map { weights($0, w, width) }
    )
    return OracleTensor(c: c, h: height, w: width) { channel, y, x in
      var sum = 0.0
      for row in 0..<h { for column in 0..<w { sum += down[y][row] * across[x][column] * self[channel, row, column] } }
      return sum
    }
  }

  func shuffled(_ factor: Int) -> OracleTensor {
    OracleTensor(c: c / (factor * factor), h: h * factor, w: w * factor) { channel, y, x in
      self[(channel * factor + y % factor) * factor + x % factor, y / factor, x / factor]
    }
  }

  func medians(_ mode: UInt32) -> OracleTensor {
    OracleTensor(c: c, h: h, w: w) { channel, y, x in
      var around: [Double] = []
      for dy in -1...1 { for dx in -1...1 { around.append(continued(channel, y + dy, x + dx, mode)) } }
      return around.sorted()[4]
    }
  }
}

/// Options of a group norm.
struct GroupNormCase {
  var groups: Int
  var epsilon = 1e-5
  var isUnbiased = false
  var isEpsilonOnDeviation = false
}
