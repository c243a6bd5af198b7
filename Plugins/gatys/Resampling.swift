// Pictures at other sizes.
import PluginKit

extension KeptImage {
  /// Writes a picture of another size, its values times `gain`: each pixel is the mean of what it covers, weighted by a triangle, so that neither
  /// reducing nor enlarging leaves steps.
  func resample(_ picture: Image, gain: Float = 1) {
    let (down, across) = (
      ResamplingAxis(from: picture.height, to: image.height), ResamplingAxis(from: picture.width, to: image.width)
    )
    var lines = [Float](repeating: 0, count: picture.height * image.width)
    for plane in 0..<image.channels {
      for y in 0..<picture.height {
        let row = picture.row(y, plane: plane)
        for x in 0..<image.width {
          let tap = across.taps[x]
          var sum: Float = 0
          for i in tap.weights.indices { sum += tap.weights[i] * row[tap.first + i] }
          lines[y * image.width + x] = sum * gain
        }
      }
      for y in 0..<image.height {
        let (row, tap) = (target.row(y, plane: plane), down.taps[y])
        row.update(repeating: 0)
        for i in tap.weights.indices {
          let (weight, start) = (tap.weights[i], (tap.first + i) * image.width)
          for x in 0..<row.count { row[x] += weight * lines[start + x] }
        }
      }
    }
  }
}

/// Which pixels along a side make a new one, and how much of each.
private struct ResamplingAxis {
  let taps: [(first: Int, weights: [Float])]

  init(from count: Int, to wanted: Int) {
    let ratio = Double(count) / Double(wanted)
    let reach = max(1, ratio)
    taps = (0..<wanted).map { i in
      let middle = (Double(i) + 0.5) * ratio - 0.5
      let first = max(0, Int((middle - reach).rounded(.up)))
      let last = min(count - 1, Int((middle + reach).rounded(.down)))
      var weights = (first...max(first, last)).map { max(0, 1 - abs(Double($0) - middle) / reach) }
      let sum = weights.reduce(0, +)
      if sum <= 0 { weights = [Double](repeating: 1, count: weights.count) }
      return (first, weights.map { Float($0 / (sum > 0 ? sum : Double(weights.count))) })
    }
  }
}
