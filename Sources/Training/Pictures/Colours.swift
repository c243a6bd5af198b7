// What colours pictures have, in the roughest way there is.

/// Means and deviations of red, green and blue over all pixels of some pictures.
struct Colours: Equatable, Sendable {
  /// Levels of 255.
  let means: [Double], deviations: [Double]

  init(_ pictures: [Picture]) {
    var (means, deviations): ([Double], [Double]) = ([], [])
    for channel in 0..<3 {
      var (sum, squares, count) = (0.0, 0.0, 0.0)
      for picture in pictures {
        let plane = picture.height * picture.width
        for number in picture.numbers[channel * plane..<(channel + 1) * plane] {
          sum += Double(number)
          squares += Double(number) * Double(number)
        }
        count += Double(plane)
      }
      let mean = sum / max(1, count)
      means.append(mean)
      deviations.append(max(0, squares / max(1, count) - mean * mean).squareRoot())
    }
    (self.means, self.deviations) = (means, deviations)
  }
}
