// How a tensor of ONNX lies on a map [c][h][w] of the graph: exporters reshape and transpose for ever, while the map stays.

/// Channels, rows and columns of a map.
struct ONNXSize: Equatable {
  var channels, height, width: Int

  var count: Int { channels * height * width }

  /// The size of an axis; of copies there is none.
  subscript(axis: ONNXFactor.Axis) -> Int {
    switch axis {
    case .channels: channels
    case .rows: height
    case .columns: width
    case .copies: 1
    }
  }
}

/// A part of an axis of a map: the index along the axis is the sum of digit times stride over its factors.
struct ONNXFactor: Hashable {
  enum Axis { case channels, rows, columns, copies }

  let axis: Axis
  /// 0 for copies: all are the same.
  let stride: Int
  /// Digits.
  let size: Int

  /// All of an axis.
  static func whole(_ axis: Axis, _ size: Int) -> ONNXFactor { ONNXFactor(axis: axis, stride: 1, size: size) }

  /// The same number so many times.
  static func copies(_ count: Int) -> ONNXFactor { ONNXFactor(axis: .copies, stride: 0, size: count) }
}

/// A tensor as axes of an ONNX value, each a product of factors, major first.
///
/// A Reshape splits and joins factors, a Transpose reorders them; where an operator needs rows and columns again, what has
/// become of them can be read off: a pixel shuffle is a row axis with a factor of the channels behind it.
struct ONNXView: Equatable {
  /// Of the map beneath.
  var size: ONNXSize
  /// Of the value.
  var axes: [[ONNXFactor]]

  init(size: ONNXSize, axes: [[ONNXFactor]]) {
    self.size = size
    self.axes = axes.map(Self.joined)
  }

  /// [1][c][h][w]
  init(_ size: ONNXSize) {
    self.init(
      size: size,
      axes: [[], [.whole(.channels, size.channels)], [.whole(.rows, size.height)], [.whole(.columns, size.width)]])
  }

  /// As ONNX sees it.
  var shape: [Int] { axes.map(Self.count) }

  static func count(_ factors: [ONNXFactor]) -> Int { factors.reduce(1) { $0 * $1.size } }

  /// Factors without those of size 1, neighbours that follow each other made one.
  static func joined(_ factors: [ONNXFactor]) -> [ONNXFactor] {
    var result: [ONNXFactor] = []
    for factor in factors where factor.size != 1 {
      if let last = result.last, last.axis == factor.axis, last.stride == factor.stride * factor.size {
        result[result.count - 1] = ONNXFactor(
          axis: factor.axis, stride: factor.stride, size: last.size * factor.size)
      } else {
        result.append(factor)
      }
    }
    return result
  }

  /// The value in another shape; nil where an axis would begin in the midst of another.
  func reshaped(to shape: [Int]) -> ONNXView? {
    var left = Array(axes.joined().reversed())
    var result: [[ONNXFactor]] = []
    for size in shape {
      guard size >= 1 else { return nil }
      var missing = size
      var factors: [ONNXFactor] = []
      while missing > 1 {
        guard let next = left.popLast() else { return nil }
        if missing.isMultiple(of: next.size) {
          factors.append(next)
          missing /= next.size
        } else if next.size.isMultiple(of: missing) {
          let rest = next.size / missing
          factors.append(ONNXFactor(axis: next.axis, stride: next.stride * rest, size: missing))
          left.append(ONNXFactor(axis: next.axis, stride: next.stride, size: rest))
          missing = 1
        } else {
          return nil
        }
      }
      result.append(factors)
    }
    return left.isEmpty ? ONNXView(size: size, axes: result) : nil
  }

  /// The view that was made of a value of size `old`, made of one of size `new`: what was whole stays whole, and of an axis
  /// in parts the outermost takes the difference. nil where the new size has no such parts.
  func moved(from old: ONNXSize, to new: ONNXSize) -> ONNXView? {
    var result: [[ONNXFactor]] = []
    for factors in axes {
      var moved: [ONNXFactor] = []
      for factor in factors {
        guard factor.axis != .copies, factor.stride * factor.size == old[factor.axis] else {
          moved.append(factor)
          continue
        }
        guard new[factor.axis].isMultiple(of: factor.stride) else { return nil }
        moved.append(ONNXFactor(axis: factor.axis, stride: factor.stride, size: new[factor.axis] / factor.stride))
      }
      result.append(moved)
    }
    let view = ONNXView(size: new, axes: result)
    let copies = result.joined().filter { $0.axis == .copies }.reduce(1) { $0 * $1.size }
    return ONNXView.count(Array(view.axes.joined())) == new.count * copies ? view : nil
  }

  /// The value has no more elements than so many.
  func isWithin(_ limit: Int) -> Bool {
    var count = 1
    for factor in axes.joined() {
      let (product, overflow) = count.multipliedReportingOverflow(by: factor.size)
      guard !overflow, product <= limit else { return false }
      count = product
    }
    return true
  }

  /// Which axis of the map, whole, an axis of the value is; nil where it is none or a part.
  func axis(_ i: Int) -> ONNXFactor.Axis? {
    guard axes[i].count == 1, let factor = axes[i].first, factor.stride == 1, factor.size == size[factor.axis] else {
      return nil
    }
    return factor.axis
  }

  /// The value is [1][c][h][w].
  var isPicture: Bool { self == ONNXView(size) }
}
