// Conv2dOracle.swift - a convolution in double precision, written from the contract alone.
import PluginAPI

extension Conv2dCase {
  /// The picture element that coordinate `i` shows on an axis of `n`, by walking step by step; nil is zero.
  static func walk(_ i: Int, _ n: Int, _ mode: UInt32) -> Int? {
    if i >= 0 && i < n { return i }
    if n == 0 || mode == STH_PAD_ZERO { return nil }
    if mode == STH_PAD_REPLICATE { return min(max(i, 0), n - 1) }
    if n == 1 { return 0 }
    var at = 0
    var step = i < 0 ? -1 : 1
    for _ in 0..<abs(i) {
      if !(0..<n).contains(at + step) { step = -step }
      at += step
    }
    return at
  }

  /// The exact result and, per element, the sum of magnitudes that bounds its rounding error.
  func oracle(_ inputs: Conv2dInputs) -> (values: [Double], magnitudes: [Double]) {
    let u = lensed(inputs)
    let bandH = u.h
    let bandW = u.w
    var values: [Double] = []
    var magnitudes: [Double] = []
    for co in 0..<outC {
      for y in 0..<outH {
        for x in 0..<outW {
          var sum = bias ? Double(inputs.bias[co]) : 0
          var magnitude = abs(sum)
          for ci in 0..<inC {
            for ky in 0..<kernelH {
              for kx in 0..<kernelWidth {
                let weight = Double(inputs.weights[((co * inC + ci) * kernelH + ky) * kernelWidth + kx])
                let term = weight * u.values[(ci * bandH + y * strideH + ky) * bandW + x * strideWidth + kx]
                sum += term
                magnitude += abs(term)
              }
            }
          }
          values.append(sum)
          magnitudes.append(magnitude)
        }
      }
    }
    return (values, magnitudes)
  }

  /// The source after scale, shift, relu, enlargement and padding.
  private func lensed(_ inputs: Conv2dInputs) -> (values: [Double], h: Int, w: Int) {
    let bandH = max(0, (outH - 1) * strideH + kernelH)
    let bandW = max(0, (outW - 1) * strideWidth + kernelWidth)
    let rows = (0..<bandH).map { Self.walk($0 - pad, inH * upsample, mode) }
    let columns = (0..<bandW).map { Self.walk($0 - pad, inW * upsample, mode) }
    var values = [Double](repeating: 0, count: inC * bandH * bandW)
    for ci in 0..<inC {
      for (y, row) in rows.enumerated() {
        for (x, column) in columns.enumerated() {
          guard let row, let column else { continue }
          if stuffed && (row % upsample != 0 || column % upsample != 0) { continue }
          var sample = Double(inputs.source[ci, row / upsample, column / upsample])
          if affine { sample = sample * Double(inputs.scale[ci]) + Double(inputs.shift[ci]) }
          if relu { sample = max(sample, 0) }
          values[(ci * bandH + y) * bandW + x] = sample
        }
      }
    }
    return (values, bandH, bandW)
  }
}
