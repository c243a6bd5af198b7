// The gradient rules of operators beyond those of a plain convolutional network, against finite differences.
import Glibc
import PluginAPI
import Testing

@testable import Graph

@Suite("Further gradients")
struct FurtherGradientTests: ChecksGradients {
  /// A convolution with a bias, any groups, strides and gaps.
  private func conv(
    _ twin: TwinNetwork, _ x: sth_node, _ dims: [Int], groups: Int, stride: (h: Int, w: Int) = (1, 1),
    dilation: (h: Int, w: Int) = (1, 1)
  ) throws -> sth_node {
    let (weight, bias) = (try twin.constant(dims, range: 0.4), try twin.constant([dims[0]]))
    let node = try twin.graph.conv2d(
      x, weight: weight, bias: bias,
      Conv2D(
        strideH: stride.h, strideW: stride.w, dilationH: dilation.h, dilationW: dilation.w, groups: groups))
    return twin.record(node, from: [x]) { [unowned twin] in
      let y = $0[0].convolved(twin.numbers(weight), dims: dims, groups: groups, stride: stride, dilation: dilation)
      return OracleTensor(c: y.c, h: y.h, w: y.w) { y[$0, $1, $2] + twin.numbers(bias)[$0] }
    }
  }

  @Test("conv2d of groups and with gaps passes back to picture, weight and bias", arguments: Engines.levels)
  func groups(level: UInt32) throws {
    let cases: [(groups: Int, out: Int, kernel: (Int, Int), stride: (h: Int, w: Int), dilation: (h: Int, w: Int))] = [
      (2, 6, (3, 3), (1, 1), (1, 1)), (4, 20, (2, 3), (2, 2), (1, 1)), (4, 8, (3, 1), (1, 2), (1, 1)),
      (1, 3, (3, 3), (1, 1), (2, 2)), (1, 18, (2, 3), (2, 2), (3, 1)), (2, 4, (3, 2), (1, 1), (1, 3)),
    ]
    for (groups, out, kernel, stride, dilation) in cases {
      for mode in [STH_PAD_ZERO, STH_PAD_REFLECT] {
        try check(level, channels: [4, 20], sizes: [(7, 9)]) { twin, x, c in
          let y = try twin.pad(twin.relu(x), Border(1), mode)
          return try conv(
            twin, y, [out, c / groups, kernel.0, kernel.1], groups: groups, stride: stride, dilation: dilation)
        }
      }
    }
  }

  @Test("conv2d that keeps channels apart passes back to picture, weight and bias", arguments: Engines.levels)
  func depthwise(level: UInt32) throws {
    let cases: [(kernel: (Int, Int), stride: (h: Int, w: Int), dilation: (h: Int, w: Int))] = [
      ((3, 3), (1, 1), (1, 1)), ((3, 3), (2, 2), (1, 1)), ((2, 4), (2, 1), (1, 1)), ((3, 2), (1, 3), (2, 3)),
    ]
    for (kernel, stride, dilation) in cases {
      try check(level, channels: [3, 5, 17], sizes: [(7, 9), (8, 6)]) { twin, x, c in
        let y = try twin.norm(twin.pad(twin.relu(x), Border(1), STH_PAD_REFLECT), c, epsilon: 1e-2)
        return try conv(twin, y, [c, 1, kernel.0, kernel.1], groups: c, stride: stride, dilation: dilation)
      }
    }
    // Two of each channel.
    try check(level, channels: [3, 17]) { twin, x, c in try conv(twin, x, [2 * c, 1, 3, 3], groups: c) }
  }

  @Test("conv2d passes back through strides that are not equal", arguments: Engines.levels)
  func strides(level: UInt32) throws {
    for (stride, kernel, mode) in [
      ((2, 1), 3, STH_PAD_ZERO), ((1, 3), 2, STH_PAD_REFLECT), ((3, 2), 3, STH_PAD_ZERO), ((2, 1), 1, STH_PAD_ZERO),
    ] {
      try check(level, channels: [3, 17], sizes: [(6, 9)]) { twin, x, c in
        try twin.conv(
          twin.pad(x, Border(kernel / 2), mode), c, 5, kernel, kernel, strideH: stride.0, strideW: stride.1)
      }
    }
  }

  @Test("conv_transpose2d of groups passes back to picture and weight", arguments: Engines.levels)
  func transposed(level: UInt32) throws {
    for (groups, part, stride) in [(2, 3, 2), (4, 1, 1), (4, 5, 2)] {
      try check(level, channels: [4, 20]) { twin, x, c in
        let dims = [c, part, 3, 2]
        let weight = try twin.constant(dims, range: 0.4)
        let node = try twin.graph.convTranspose2d(
          x, weight: weight, ConvTranspose2D(stride: stride, cut: Border(1), more: (1, 0), groups: groups))
        return twin.record(node, from: [x]) { [unowned twin] in
          $0[0].spread(
            twin.numbers(weight), dims: dims, groups: groups, stride: stride, cut: Border(1), more: (1, 0))
        }
      }
    }
  }

  @Test("a kernel that was turned or written out for the way back is made anew by refresh()")
  func refresh() throws {
    func gradients(changing isLate: Bool) throws -> [[UInt32]] {
      let twin = TwinNetwork(try Engines.make())
      twin.learns = true
      let x = try twin.input(6)
      let y = try conv(twin, conv(twin, x, [6, 1, 3, 3], groups: 6), [4, 3, 2, 2], groups: 2, dilation: (2, 2))
      let loss = try twin.graph.channelMean(twin.graph.mean(twin.graph.combine(y, y, STH_COMBINE_MULTIPLY)))
      for node in try twin.graph.gradients(of: loss, withRespectTo: [x] + twin.constants) {
        try twin.graph.output(node)
      }
      let picture = twin.tensor(c: 6, h: 9, w: 7)
      if isLate { _ = try twin.run([picture]) }
      for variable in twin.constants { twin.write(twin.numbers(variable).map { $0 * $0 - 0.1 }, to: variable) }
      twin.graph.refresh()
      return try twin.run([picture]).map(\.bits)
    }
    let (late, early) = (try gradients(changing: true), try gradients(changing: false))
    #expect(late == early)
  }

  @Test("group_norm passes back to picture, scale and shift", arguments: Engines.levels)
  func groupNorm(level: UInt32) throws {
    for (isUnbiased, isOnDeviation) in [(false, false), (false, true), (true, false), (true, true)] {
      for (groups, c) in [(1, 3), (2, 4), (1, 20), (5, 20), (20, 20)] {
        for hasScale in [true, false] {
          try check(level, channels: [c], within: 1e-3) { twin, x, c in
            let norm = GroupNormCase(
              groups: groups, epsilon: 1e-2, isUnbiased: isUnbiased, isEpsilonOnDeviation: isOnDeviation)
            let scale = hasScale ? try twin.constant([c], around: 1, range: 0.5) : 0
            let shift = hasScale ? try twin.constant([c]) : 0
            let y = try twin.relu(x)
            let node = try twin.graph.groupNorm(
              y, scale: scale, shift: shift,
              GroupNorm(
                groups: groups, epsilon: norm.epsilon, isUnbiased: isUnbiased, isEpsilonOnDeviation: isOnDeviation))
            return twin.record(node, from: [y]) { [unowned twin] in
              $0[0].grouped(
                norm, scale: hasScale ? twin.numbers(scale) : nil, shift: hasScale ? twin.numbers(shift) : nil)
            }
          }
        }
      }
    }
  }

  @Test("norms pass back to numbers per channel that are values", arguments: Engines.levels)
  func steered(level: UInt32) throws {
    for groups in [2, 6] {
      try check(level, channels: [6], within: 1e-3) { twin, x, c in
        let style = try twin.input(c)
        let (scale, shift) = (
          try twin.channelMeans(of: style, all: false, shifted: 1), try twin.channelMeans(of: x, all: false, shifted: 0)
        )
        let operation = GroupNorm(groups: groups, epsilon: 1e-2)
        let node = try twin.graph.groupNorm(x, scale: scale, shift: shift, operation)
        return twin.record(node, from: [x, scale, shift]) {
          $0[0].grouped(GroupNormCase(groups: groups, epsilon: 1e-2), scale: $0[1].values, shift: $0[2].values)
        }
      }
    }
  }

  @Test("a group of equal numbers passes back numbers")
  func flatGroup() throws {
    for isOnDeviation in [true, false] {
      let twin = TwinNetwork(try Engines.make())
      let x = try twin.input(6)
      let y = try twin.graph.groupNorm(x, GroupNorm(groups: 2, epsilon: 1e-5, isEpsilonOnDeviation: isOnDeviation))
      let loss = try twin.graph.channelMean(twin.graph.mean(y))
      try twin.graph.output(twin.graph.gradients(of: loss, withRespectTo: [x])[0])
      let made = try twin.run([OracleTensor(c: 6, h: 3, w: 3) { _, _, _ in 0.5 }])[0].tensor
      #expect(!made.values.contains { !$0.isFinite })
    }
  }

  /// What each of `from` pixels is of pixel i of `to`, for each kind of resize that is checked.
  private static var resizes: [(Resize2D, (h: Int, w: Int), (Int, Int, Int) -> [Double])] {
    func one(_ pixel: Int, _ from: Int) -> [Double] { (0..<from).map { $0 == pixel ? 1 : 0 } }
    func tents(_ place: Double, _ from: Int) -> [Double] {
      let place = min(max(place, 0), Double(from - 1))
      return (0..<from).map { max(0, 1 - abs(place - Double($0))) }
    }
    func cubic(_ place: Double, _ from: Int) -> [Double] {
      let (a, first) = (-0.75, Int(place.rounded(.down)) - 1)
      var weights = [Double](repeating: 0, count: from)
      for pixel in first...first + 3 {
        let d = abs(place - Double(pixel))
        weights[min(max(pixel, 0), from - 1)] +=
          d <= 1 ? ((a + 2) * d - a - 3) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
      }
      return weights
    }
    func centre(_ i: Int, _ ratio: Double) -> Double { (Double(i) + 0.5) * ratio - 0.5 }
    func ratio(_ from: Int, _ to: Int) -> Double { Double(from) / Double(to) }
    let (nearest, linear, cubics) = (STH_RESIZE_NEAREST, STH_RESIZE_LINEAR, STH_RESIZE_CUBIC)
    let (half, corners, plain) = (STH_RESIZE_HALF_PIXEL, STH_RESIZE_ALIGN_CORNERS, STH_RESIZE_ASYMMETRIC)
    return [
      (Resize2D(mode: nearest, place: plain, size: (4, 13)), (4, 13), { i, from, to in one(i * from / to, from) }),
      (Resize2D(mode: nearest, place: plain, scale: (3, 3)), (15, 21), { i, from, _ in one(i / 3, from) }),
      (
        Resize2D(mode: nearest, place: half, rounding: STH_ROUND_PREFER_FLOOR, size: (11, 3)), (11, 3),
        { i, from, to in one(((2 * i + 1) * from - 1) / (2 * to), from) }
      ),
      (Resize2D(mode: linear, place: half, scale: (2, 2)), (10, 14), { i, from, _ in tents(centre(i, 0.5), from) }),
      (
        Resize2D(mode: linear, place: half, size: (3, 11)), (3, 11),
        { i, from, to in tents(centre(i, ratio(from, to)), from) }
      ),
      (
        Resize2D(mode: linear, place: corners, size: (11, 5)), (11, 5),
        { i, from, to in tents(Double(i) * ratio(from - 1, to - 1), from) }
      ),
      (
        Resize2D(mode: cubics, place: half, size: (8, 11)), (8, 11),
        { i, from, to in cubic(centre(i, ratio(from, to)), from) }
      ),
      (
        Resize2D(mode: cubics, place: plain, size: (3, 4)), (3, 4),
        { i, from, to in cubic(Double(i) * ratio(from, to), from) }
      ),
    ]
  }

  @Test("resize2d passes back to the pixels it weighs", arguments: Engines.levels)
  func resize(level: UInt32) throws {
    for (resize, size, weights) in Self.resizes {
      try check(level, channels: [1, 5, 17]) { twin, x, _ in
        let y = try twin.relu(x)
        return twin.record(try twin.graph.resize2d(y, resize), from: [y]) { $0[0].weighed(size.h, size.w, weights) }
      }
    }
  }

  @Test("what a resized picture passes back is made whole where it is looked at in part", arguments: Engines.levels)
  func resizeInPart(level: UInt32) throws {
    let resize = Resize2D(mode: STH_RESIZE_LINEAR, place: STH_RESIZE_HALF_PIXEL, scale: (2, 2))
    try check(level, channels: [5]) { twin, x, _ in
      // 5x7 becomes 8x8; the zeros are cut off what comes back.
      let padded = try twin.padToMultiple(x, 4, STH_PAD_ZERO)
      return twin.record(try twin.graph.resize2d(padded, resize), from: [padded]) {
        $0[0].weighed(16, 16) { i, from, _ in
          let place = min(max((Double(i) + 0.5) / 2 - 0.5, 0), Double(from - 1))
          return (0..<from).map { max(0, 1 - abs(place - Double($0))) }
        }
      }
    }
  }

  @Test("of two equal numbers one is passed back to", arguments: Engines.levels)
  func ties(level: UInt32) throws {
    for function in [STH_COMBINE_MINIMUM, STH_COMBINE_MAXIMUM] {
      try check(level) { twin, x, _ in twin.record(try twin.graph.combine(x, x, function), from: [x]) { $0[0] } }
    }
  }

  @Test("median3 passes back to the pixel that is the median", arguments: Engines.levels)
  func median(level: UInt32) throws {
    for mode in [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE] {
      try check(level, sizes: [(5, 7), (1, 4), (2, 3)]) { twin, x, _ in
        twin.record(try twin.graph.median3(x, mode: mode), from: [x]) { $0[0].medians(mode) }
      }
      try check(level, channels: [3, 17], within: 5e-4) { twin, x, c in
        let y = try twin.relu(twin.norm(x, c))
        return twin.record(try twin.graph.median3(y, mode: mode), from: [y]) { $0[0].medians(mode) }
      }
    }
  }

  @Test("hard_sigmoid and erf pass back by their slope", arguments: Engines.levels)
  func activations(level: UInt32) throws {
    let functions: [(UInt32, Double, Double, (Double) -> Double)] = [
      (STH_ACTIVATE_HARD_SIGMOID, 1.2, 0.4, { min(max(1.2 * $0 + 0.4, 0), 1) }),
      (STH_ACTIVATE_HARD_SIGMOID, -0.9, 0.5, { min(max(-0.9 * $0 + 0.5, 0), 1) }),
      (STH_ACTIVATE_ERF, 0, 0, { erf($0) }),
    ]
    for (function, alpha, beta, rule) in functions {
      try check(level, channels: [3, 17], within: 3e-4) { twin, x, _ in
        twin.record(try twin.graph.activate(x, function, alpha: alpha, beta: beta), from: [x]) { $0[0].map(rule) }
      }
    }
  }

  @Test("powers pass back to base and exponent", arguments: Engines.levels)
  func powers(level: UInt32) throws {
    for isRectified in [true, false] {
      try check(level, within: 5e-4) { twin, x, c in
        let base = isRectified ? try twin.relu(x) : try shifted(x, c, in: twin)
        let exponent = try shifted(twin.input(c), c, in: twin)
        return twin.record(try twin.graph.combine(base, exponent, STH_COMBINE_POWER), from: [base, exponent]) {
          $0[0].combined($0[1], pow)
        }
      }
    }
  }

  @Test("a power of nothing by nothing passes back numbers", arguments: Engines.levels)
  func powerOfNothing(level: UInt32) throws {
    try check(level) { twin, x, _ in
      let (base, graph) = (try twin.relu(x), twin.graph)
      let exponent = twin.record(try graph.combine(x, x, STH_COMBINE_SUBTRACT), from: [x]) { $0[0].map { _ in 0 } }
      return twin.record(try graph.combine(base, exponent, STH_COMBINE_POWER), from: [base, exponent]) {
        $0[0].map { _ in 1 }
      }
    }
  }

  /// x + 2
  private func shifted(_ x: sth_node, _ channels: Int, in twin: TwinNetwork) throws -> sth_node {
    let two = try twin.graph.constant(2, channels: channels)
    return twin.record(try twin.graph.affine(x, shift: two), from: [x]) { $0[0].map { $0 + 2 } }
  }

  private static var rules: [(UInt32, (Double, Double) -> Double)] {
    [
      (STH_COMBINE_MULTIPLY, { $0 * $1 }), (STH_COMBINE_SUBTRACT, { $0 - $1 }), (STH_COMBINE_DIVIDE, { $0 / $1 }),
      (STH_COMBINE_MINIMUM, { min($0, $1) }), (STH_COMBINE_MAXIMUM, { max($0, $1) }),
      (STH_COMBINE_POWER, { pow($0, $1) }),
    ]
  }

  @Test("combine passes back to both, whatever axes were repeated", arguments: Engines.levels)
  func repeated(level: UInt32) throws {
    let shapes: [(a: (one: Bool, h: Int, w: Int), b: (one: Bool, h: Int, w: Int))] = [
      ((false, 5, 7), (true, 5, 7)), ((false, 5, 7), (false, 1, 7)), ((false, 5, 1), (false, 5, 7)),
      ((false, 5, 7), (true, 1, 7)), ((true, 5, 7), (false, 1, 1)), ((false, 1, 7), (true, 5, 1)),
      ((true, 1, 1), (false, 5, 7)),
    ]
    for (function, rule) in Self.rules {
      for (a, b) in shapes {
        for c in [3, 17] {
          // The way back of a mean is thin itself.
          for isMean in [true, false] {
            let twin = TwinNetwork(try Engines.make(level: level), seed: UInt64(c))
            let (first, second) = (a.one ? 1 : c, b.one ? 1 : c)
            let (x, y) = (
              try shifted(twin.input(first), first, in: twin), try shifted(twin.input(second), second, in: twin)
            )
            let both = twin.record(try twin.graph.combine(x, y, function), from: [x, y]) { $0[0].combined($0[1], rule) }
            try twin.checkGradients(
              of: isMean ? twin.channelMeans(of: both, all: true, shifted: 0) : both, [(a.h, a.w), (b.h, b.w)],
              within: 5e-4)
          }
        }
      }
    }
  }
}

@Suite("Gradients of what compares places with each other")
struct PlaceGradientTests: ChecksGradients {
  /// Whole numbers of 0..<count made of a value, which no gradient goes through.
  private func places(_ twin: TwinNetwork, of x: sth_node, count: Int) throws -> sth_node {
    let size = try twin.graph.activate(x, STH_ACTIVATE_ABS)
    let scaled = try twin.graph.scaled(size, by: Double(count), channels: 1)
    let node = try twin.graph.clamp(twin.graph.activate(scaled, STH_ACTIVATE_FLOOR), low: 0, high: Double(count - 1))
    return twin.record(node, from: [x]) { values in
      values[0].map { min((abs($0) * Double(count)).rounded(.down), Double(count - 1)) }
    }
  }

  @Test("gather passes back to the pixels that it took, as often as it took them", arguments: Engines.levels)
  func gather(level: UInt32) throws {
    try check(level, channels: [1, 3, 5, 17]) { twin, x, c in
      let p = try twin.input(1)
      let places = try places(twin, of: p, count: 12)
      let taken = twin.record(try twin.graph.gather(x, places: places), from: [x, places]) { values in
        OracleTensor(c: c, h: values[1].h, w: values[1].w) {
          let place = Int(values[1][0, $1, $2])
          return values[0][$0, place / values[0].w, place % values[0].w]
        }
      }
      // So that the loss has to do with the places' origin.
      return twin.record(try twin.graph.combine(taken, p, STH_COMBINE_MULTIPLY), from: [taken, p]) { values in
        OracleTensor(c: c, h: values[0].h, w: values[0].w) { values[0][$0, $1, $2] * values[1][0, $1, $2] }
      }
    }
  }

  @Test("transpose passes back to every channel of every pixel", arguments: Engines.levels)
  func transpose(level: UInt32) throws {
    for size in [(5, 7), (1, 4), (3, 1)] {
      try check(level, channels: [1, 3, 5, 17], sizes: [size]) { twin, x, c in
        twin.record(try twin.graph.transpose(x, count: size.0 * size.1), from: [x]) { values in
          OracleTensor(c: size.0 * size.1, h: 1, w: c) { values[0][$2, $0 / size.1, $0 % size.1] }
        }
      }
    }
  }

  @Test("products of two values pass back to both", arguments: Engines.levels)
  func products(level: UInt32) throws {
    for other in [1, 4, 18] {
      try check(level, channels: [1, 3, 17]) { twin, x, c in
        let y = try twin.conv(x, c, other, 1, 1)
        return twin.record(try twin.graph.products(x, y, divisor: STH_PRODUCTS_PIXELS), from: [x, y]) { values in
          OracleTensor(c: c, h: other, w: 1) { a, b, _ in
            var sum = 0.0
            for y in 0..<values[0].h { for x in 0..<values[0].w { sum += values[0][a, y, x] * values[1][b, y, x] } }
            return sum / Double(values[0].h * values[0].w)
          }
        }
      }
    }
  }

  @Test("What stands behind stop_gradient learns nothing, and is the same number")
  func stopped() throws {
    let twin = TwinNetwork(try Engines.make(), seed: 3)
    let x = try twin.input(3)
    let product = try twin.graph.combine(x, twin.graph.stopGradient(x), STH_COMBINE_MULTIPLY)
    let loss = try twin.graph.scaled(twin.graph.channelMean(twin.graph.mean(product)), by: 3 * 6, channels: 1)
    let gradient = try twin.graph.gradients(of: loss, withRespectTo: [x])[0]
    try twin.graph.output(gradient)
    let picture = twin.tensor(c: 3, h: 2, w: 3)
    twin.outputs = [gradient]
    let found = try twin.run([picture], optimise: true)[0].tensor
    for (a, b) in zip(found.values, picture.values) { #expect(abs(a - b) < 1e-6) }
  }
}
