// How far to go along a direction: until the loss has fallen enough and its slope has.

/// A line search for the strong conditions of Wolfe: first it goes on until such a point must lie between two known ones, then it
/// halves in on it by cubics (Nocedal, Wright: Numerical Optimization, 2006, algorithms 3.5 and 3.6), with the safeguards of minFunc that
/// PyTorch has too.
struct WolfeSearch {
  /// A place along the direction.
  struct Point {
    /// Of the direction that was gone.
    var length: Double
    var loss: Double
    /// Of the loss along the direction.
    var slope: Double
    var gradient: [Float]
  }

  /// The place that was taken.
  private(set) var best: Point
  /// How often the loss was asked for.
  private(set) var evaluations = 0
  /// Ends where the bracket moves no number by more.
  var changeTolerance = 1e-9

  private let start: [Float]
  private let direction: [Float]
  private let origin: Point
  /// Shares of the first slope: by how much the loss falls at least for its length, and how steep it still may be.
  private static let fall = 1e-4, steepness = 0.9

  init(start: [Float], direction: [Float], loss: Double, slope: Double, gradient: [Float]) {
    self.start = start
    self.direction = direction
    origin = Point(length: 0, loss: loss, slope: slope, gradient: gradient)
    best = origin
  }

  /// Searches from a first guess of the length and leaves `x` at `best`.
  mutating func run<Failure: Error>(
    _ x: inout [Float], from length: Double, atMost limit: Int,
    _ evaluate: (_ x: [Float], _ gradient: inout [Float]) throws(Failure) -> Double
  ) throws(Failure) {
    var bracket = try advance(&x, from: length, atMost: limit, evaluate)
    if bracket.count == 2 { try narrow(&bracket, &x, atMost: limit, evaluate) }
    best = bracket[bracket.count == 2 ? Self.lower(bracket[0], bracket[1]) : 0]
    x = start
    x.add(direction, times: Float(best.length))
  }

  /// Goes on until a point is found, alone, or lies between two.
  private mutating func advance<Failure: Error>(
    _ x: inout [Float], from length: Double, atMost limit: Int,
    _ evaluate: (_ x: [Float], _ gradient: inout [Float]) throws(Failure) -> Double
  ) throws(Failure) -> [Point] {
    var (previous, point) = (origin, try ask(&x, length, evaluate))
    for turn in 0..<max(0, limit) {
      if !fallsEnough(point) || (turn > 1 && point.loss >= previous.loss) { return [previous, point] }
      if isFlatEnough(point) { return [point] }
      if point.slope >= 0 { return [previous, point] }
      let bounds = (point.length + 0.01 * (point.length - previous.length))...(point.length * 10)
      let next = Self.lowest(previous, point, in: bounds)
      (previous, point) = (point, try ask(&x, next, evaluate))
    }
    return [origin, point]
  }

  /// Replaces an end of the bracket by a point inside of it until one will do.
  private mutating func narrow<Failure: Error>(
    _ bracket: inout [Point], _ x: inout [Float], atMost limit: Int,
    _ evaluate: (_ x: [Float], _ gradient: inout [Float]) throws(Failure) -> Double
  ) throws(Failure) {
    let size = Double(direction.largestSize)
    var low = Self.lower(bracket[0], bracket[1])
    var wasNearEnd = false
    // The first evaluation is not counted among the turns, as in PyTorch.
    while evaluations - 1 < limit {
      let ends = min(bracket[0].length, bracket[1].length)...max(bracket[0].length, bracket[1].length)
      let width = ends.upperBound - ends.lowerBound
      if width * size < changeTolerance { return }
      var length = Self.lowest(bracket[0], bracket[1], in: ends)
      if min(ends.upperBound - length, length - ends.lowerBound) < 0.1 * width {
        if wasNearEnd || length >= ends.upperBound || length <= ends.lowerBound {
          let isUpper = abs(length - ends.upperBound) < abs(length - ends.lowerBound)
          length = isUpper ? ends.upperBound - 0.1 * width : ends.lowerBound + 0.1 * width
          wasNearEnd = false
        } else {
          wasNearEnd = true
        }
      } else {
        wasNearEnd = false
      }
      let point = try ask(&x, length, evaluate)
      if !fallsEnough(point) || point.loss >= bracket[low].loss {
        bracket[1 - low] = point
        low = Self.lower(bracket[0], bracket[1])
        continue
      }
      let isDone = isFlatEnough(point)
      if !isDone, point.slope * (bracket[1 - low].length - bracket[low].length) >= 0 { bracket[1 - low] = bracket[low] }
      bracket[low] = point
      if isDone { return }
    }
  }

  /// Which of two points has the lower loss: 0 or 1; one without a loss is higher than any.
  private static func lower(_ a: Point, _ b: Point) -> Int { a.loss <= b.loss || b.loss.isNaN ? 0 : 1 }

  private func fallsEnough(_ point: Point) -> Bool {
    point.loss <= origin.loss + Self.fall * point.length * origin.slope
  }

  private func isFlatEnough(_ point: Point) -> Bool { abs(point.slope) <= -Self.steepness * origin.slope }

  private mutating func ask<Failure: Error>(
    _ x: inout [Float], _ length: Double,
    _ evaluate: (_ x: [Float], _ gradient: inout [Float]) throws(Failure) -> Double
  ) throws(Failure) -> Point {
    x = start
    x.add(direction, times: Float(length))
    var gradient = [Float](repeating: 0, count: x.count)
    let loss = try evaluate(x, &gradient)
    evaluations += 1
    return Point(length: length, loss: loss, slope: gradient.dot(direction), gradient: gradient)
  }

  /// Where the cubic through two points and their slopes is lowest, or the middle where it has no such place.
  static func lowest(_ a: Point, _ b: Point, in bounds: ClosedRange<Double>) -> Double {
    let (left, right) = a.length <= b.length ? (a, b) : (b, a)
    let bend = left.slope + right.slope - 3 * (left.loss - right.loss) / (left.length - right.length)
    let square = bend * bend - left.slope * right.slope
    guard square >= 0 else { return (bounds.lowerBound + bounds.upperBound) / 2 }
    let root = square.squareRoot()
    let share = (right.slope + root - bend) / (right.slope - left.slope + 2 * root)
    let place = right.length - (right.length - left.length) * share
    guard place.isFinite else { return (bounds.lowerBound + bounds.upperBound) / 2 }
    return min(max(place, bounds.lowerBound), bounds.upperBound)
  }
}
