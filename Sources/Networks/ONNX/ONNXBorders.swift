// The borders of windows: numbers, or a word that says which size shall come out.
import PluginKit

enum ONNXBorders {
  /// Around the input of a window of this reach.
  static func of(
    _ call: ONNXCall, size: ONNXSize, reach: (height: Int, width: Int), stride: (height: Int, width: Int)
  ) throws(PluginError) -> Borders {
    switch call.text("auto_pad") ?? "NOTSET" {
    case "NOTSET": return try listed(call)
    case "VALID": return .all(0)
    case let word where word == "SAME_UPPER" || word == "SAME_LOWER":
      let rows = same(size.height, reach.height, stride.height)
      let columns = same(size.width, reach.width, stride.width)
      return word == "SAME_UPPER" ? halves(rows, columns) : turned(halves(rows, columns))
    case let word: throw call.failure("auto_pad '\(word)' is not known")
    }
  }

  /// What is cut off the full output of a transposed convolution.
  static func cut(
    _ call: ONNXCall, full: (height: Int, width: Int), size: ONNXSize, stride: (height: Int, width: Int)
  ) throws(PluginError) -> Borders {
    let word = call.text("auto_pad") ?? "NOTSET"
    var wanted = call.integers("output_shape")?.suffix(2).map { $0 }
    if wanted == nil, word.hasPrefix("SAME") { wanted = [size.height * stride.height, size.width * stride.width] }
    guard let wanted else { return word == "VALID" ? .all(0) : try listed(call) }
    guard wanted.count == 2, wanted.allSatisfy({ (1...1 << 24).contains($0) }) else {
      throw call.failure("'output_shape' is \(wanted)")
    }
    var (rows, columns) = (full.height - wanted[0], full.width - wanted[1])
    // A kernel smaller than its stride gives less than the word asks for: then nothing is cut off.
    if call.integers("output_shape") == nil { (rows, columns) = (max(0, rows), max(0, columns)) }
    // ONNX gives the odd row to the end for SAME_UPPER and to the beginning for everything else.
    return word == "SAME_UPPER" ? halves(rows, columns) : turned(halves(rows, columns))
  }

  private static func listed(_ call: ONNXCall) throws(PluginError) -> Borders {
    guard let list = call.integers("pads") else { return .all(0) }
    guard list.count == 4, list.allSatisfy({ abs(max($0, -Int.max)) <= 65536 }) else {
      throw call.failure("'pads' is \(list), expected four numbers")
    }
    return Borders(top: list[0], left: list[1], bottom: list[2], right: list[3])
  }

  /// Rows in all that keep size / stride, rounded up.
  private static func same(_ size: Int, _ reach: Int, _ stride: Int) -> Int {
    max(0, ((size + stride - 1) / stride - 1) * stride + reach - size)
  }

  /// Half at each side; the odd one at the end.
  private static func halves(_ rows: Int, _ columns: Int) -> Borders {
    Borders(top: rows / 2, left: columns / 2, bottom: rows - rows / 2, right: columns - columns / 2)
  }

  private static func turned(_ borders: Borders) -> Borders {
    Borders(top: borders.bottom, left: borders.right, bottom: borders.top, right: borders.left)
  }
}
