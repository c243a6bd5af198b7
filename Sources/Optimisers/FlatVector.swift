// Arithmetic on vectors of millions of numbers: loops that the compiler turns into vector instructions.

extension [Float] {
  /// The sum of products of each two numbers. Blocks are summed in single precision, in sixteen lanes, and the blocks in double: the
  /// sum of millions is as good as its terms. Of vectors of unequal counts the shorter one counts.
  func dot(_ other: [Float]) -> Double {
    withUnsafeBufferPointer { a in
      other.withUnsafeBufferPointer { b in
        let count = Swift.min(a.count, b.count)
        guard let x = UnsafeRawPointer(a.baseAddress), let y = UnsafeRawPointer(b.baseAddress) else { return 0 }
        let (lanes, block) = (16, 4096)
        var sum = 0.0
        var i = 0
        while i + lanes <= count {
          let end = Swift.min(i + block, count)
          var lane = SIMD16<Float>(repeating: 0)
          while i + lanes <= end {
            // SAFETY: i + 16 numbers or more are there of both.
            lane +=
              (x + i * 4).loadUnaligned(as: SIMD16<Float>.self) * (y + i * 4).loadUnaligned(as: SIMD16<Float>.self)
            i += lanes
          }
          sum += Double(lane.sum())
        }
        while i < count {
          sum += Double(a[i]) * Double(b[i])
          i += 1
        }
        return sum
      }
    }
  }

  /// Adds other numbers times a factor.
  mutating func add(_ other: [Float], times factor: Float) {
    withUnsafeMutableBufferPointer { a in
      other.withUnsafeBufferPointer { b in
        for i in 0..<Swift.min(a.count, b.count) { a[i] += factor * b[i] }
      }
    }
  }

  /// Becomes other numbers times a factor.
  mutating func set(_ other: [Float], times factor: Float) {
    withUnsafeMutableBufferPointer { a in
      other.withUnsafeBufferPointer { b in
        for i in 0..<Swift.min(a.count, b.count) { a[i] = factor * b[i] }
      }
    }
  }

  /// Becomes the difference of two vectors.
  mutating func set(_ a: [Float], minus b: [Float]) {
    withUnsafeMutableBufferPointer { to in
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          for i in 0..<Swift.min(to.count, Swift.min(a.count, b.count)) { to[i] = a[i] - b[i] }
        }
      }
    }
  }

  /// The largest of all sizes; 0 of none.
  var largestSize: Float {
    withUnsafeBufferPointer { a in
      var largest: Float = 0
      for x in a { largest = Swift.max(largest, abs(x)) }
      return largest
    }
  }

  /// The sum of all sizes.
  var sumOfSizes: Double {
    var sum = 0.0
    for x in self { sum += Double(abs(x)) }
    return sum
  }
}
