// Where the codes of styles come from.
import Networks
import PluginKit

/// One code that a picture has, or random ones.
enum StyleSource {
  /// Of a picture.
  case given([Float])
  /// From a seed; each turns into the next within so many seconds, or stays where that is 0.
  case random(StyleCode, secondsPerCode: Double)

  /// Writes the code of a sample at a time. Allocates nothing.
  func write(_ code: MutableImage, series: Int, seconds: Double) {
    for i in 0..<code.channels {
      switch self {
      case .given(let numbers): code.row(0, plane: i)[0] = numbers[i]
      case .random(let codes, let period):
        code.row(0, plane: i)[0] = codes.number(i, series: series, time: period > 0 ? seconds / period : 0)
      }
    }
  }
}
