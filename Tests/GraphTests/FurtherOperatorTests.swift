// Operators beyond those of a plain convolutional network, each alone against the oracle, at every CPU level.
import Glibc
import PluginAPI
import Testing

@testable import Graph

private let sizes = [(h: 1, w: 1), (h: 1, w: 7), (h: 6, w: 9), (h: 17, w: 33)]

@Suite("Further operators")
struct FurtherOperatorTests {
  /// Builds with an input of each number of channels and checks it.
  private func check(
    _ level: UInt32, channels: [Int] = [1, 3, 4, 5, 16, 17, 40], within bound: Double = 3e-5, least: Int = 1,
    _ build: (TwinNetwork, sth_node, Int) throws -> sth_node
  ) throws {
    for c in channels {
      for size in c == 3 || c == 17 ? sizes.filter({ min($0.h, $0.w) >= least }) : [(h: 6, w: 9)] {
        let twin = TwinNetwork(try Engines.make(level: level), seed: UInt64(size.h * 100 + size.w + c))
        try twin.output(try build(twin, try twin.input(c), c))
        try twin.check([size], within: bound)
      }
    }
  }

  @Test("conv2d of groups and with gaps sees its own channels only", arguments: Engines.levels)
  func groups(level: UInt32) throws {
    for (groups, out, kernel, stride, dilation) in [
      (1, 6, 3, 1, 2), (2, 4, 3, 1, 1), (4, 20, 3, 2, 1), (20, 20, 3, 1, 1), (20, 20, 3, 2, 2), (20, 40, 1, 1, 1),
      (20, 20, 5, 1, 1),
    ] {
      for mode in [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE] {
        try check(level, channels: [20]) { twin, x, c in
          let y = try twin.relu(try twin.norm(x, c))
          let border = (kernel - 1) * dilation / 2
          let padded = border == 0 ? y : try twin.pad(y, Border(border), mode)
          let dims = [out, c / groups, kernel, kernel]
          let weight = try twin.constant(dims, range: 0.4)
          let numbers = twin.numbers(weight)
          let node = try twin.graph.conv2d(
            padded, weight: weight,
            Conv2D(strideH: stride, strideW: stride, dilationH: dilation, dilationW: dilation, groups: groups))
          return twin.record(node, from: [padded]) {
            $0[0].convolved(
              numbers, dims: dims, groups: groups, stride: (stride, stride), dilation: (dilation, dilation))
          }
        }
      }
    }
  }

  @Test("conv_transpose2d spreads a kernel from every pixel", arguments: Engines.levels)
  func transposed(level: UInt32) throws {
    for (kernel, stride, cut, more, groups) in [
      (3, 2, 1, 1, 1), (4, 2, 1, 0, 1), (2, 2, 0, 0, 1), (3, 1, 1, 0, 1), (5, 3, 2, 2, 1), (3, 2, 1, 1, 2),
      (2, 5, 2, 5, 1),
    ] {
      try check(level, channels: groups == 1 ? [1, 4, 17, 40] : [4, 40], within: 2e-4) { twin, x, c in
        for out in [3, 24] {
          let y = try twin.relu(try twin.norm(x, c))
          let dims = [c, out / 3 * 3 / groups, kernel, kernel]
          let weight = try twin.constant(dims, range: 0.4)
          let numbers = twin.numbers(weight)
          let node = try twin.graph.convTranspose2d(
            y, weight: weight,
            ConvTranspose2D(stride: stride, cut: Border(cut), more: (more, more), groups: groups))
          let recorded = twin.record(node, from: [y]) {
            $0[0].spread(
              numbers, dims: dims, groups: groups, stride: stride, cut: Border(cut), more: (more, more))
          }
          if out == 24 { return try twin.norm(recorded, dims[1] * groups) }
          try twin.output(recorded)
        }
        return x
      }
    }
  }

  @Test("affine takes numbers per channel from constants and from values", arguments: Engines.levels)
  func affine(level: UInt32) throws {
    try check(level) { twin, x, c in
      let (scale, shift) = (try twin.constant([c], range: 2), try twin.constant([c]))
      let (scales, shifts) = (twin.numbers(scale), twin.numbers(shift))
      let normed = try twin.norm(x, c)
      let once = twin.record(try twin.graph.affine(normed, scale: scale, shift: shift), from: [normed]) { a in
        OracleTensor(c: c, h: a[0].h, w: a[0].w) { a[0][$0, $1, $2] * scales[$0] + shifts[$0] }
      }
      let rectified = try twin.relu(once)
      return twin.record(try twin.graph.affine(rectified, shift: shift), from: [rectified]) { a in
        OracleTensor(c: c, h: a[0].h, w: a[0].w) { a[0][$0, $1, $2] + shifts[$0] }
      }
    }
    try check(level) { twin, x, c in
      // The mean of each channel as scale, and as the scale of a norm.
      let mean = twin.record(try twin.graph.mean(x), from: [x]) { a in
        OracleTensor(c: c, h: 1, w: 1) { channel, _, _ in
          (0..<a[0].h * a[0].w).reduce(0) { $0 + a[0].values[channel * a[0].h * a[0].w + $1] } / Double(a[0].h * a[0].w)
        }
      }
      let scaled = twin.record(try twin.graph.affine(x, scale: mean), from: [x, mean]) { a in
        a[0].combined(a[1], *)
      }
      let normed = twin.record(
        try twin.graph.instanceNorm(scaled, scale: mean, shift: mean, epsilon: 1e-2), from: [scaled, mean]
      ) { a in a[0].normalised(scale: a[1].values, shift: a[1].values, epsilon: 1e-2) }
      return normed
    }
  }

  @Test("group_norm shares statistics between channels", arguments: Engines.levels)
  func groupNorm(level: UInt32) throws {
    for (unbiased, onDeviation) in [(false, false), (false, true), (true, false), (true, true)] {
      for (groups, c) in [(1, 3), (1, 40), (4, 40), (8, 16), (40, 40)] {
        try check(level, channels: [c]) { twin, x, c in
          let norm = GroupNormCase(
            groups: groups, epsilon: 1e-3, isUnbiased: unbiased, isEpsilonOnDeviation: onDeviation)
          let (scale, shift) = (try twin.constant([c], around: 1), try twin.constant([c]))
          let (scales, shifts) = (twin.numbers(scale), twin.numbers(shift))
          let wide = try twin.upsample(try twin.conv(x, c, c, 1, 1), 2)
          let node = try twin.graph.groupNorm(
            wide, scale: scale, shift: shift,
            GroupNorm(
              groups: groups, epsilon: norm.epsilon, isUnbiased: unbiased, isEpsilonOnDeviation: onDeviation))
          return twin.record(node, from: [wide]) { $0[0].grouped(norm, scale: scales, shift: shifts) }
        }
      }
    }
  }

  @Test("the variance of a single element is 0, divided by none too", arguments: Engines.levels)
  func singleElement(level: UInt32) throws {
    for c in [3, 20] {
      let twin = TwinNetwork(try Engines.make(level: level))
      let x = try twin.input(c)
      let node = try twin.graph.groupNorm(x, GroupNorm(groups: c, epsilon: 1e-3, isUnbiased: true))
      try twin.output(twin.record(node, from: [x]) { $0[0].map { _ in 0 } })
      try twin.check([(1, 1)])
    }
  }

  @Test("activate does what its name says", arguments: Engines.levels)
  func activate(level: UInt32) throws {
    let functions: [(UInt32, Double, Double, (Double) -> Double)] = [
      (STH_ACTIVATE_SIGMOID, 0, 0, { 1 / (1 + Glibc.exp(-$0)) }),
      (STH_ACTIVATE_LEAKY_RELU, 0.2, 0, { $0 < 0 ? 0.2 * $0 : $0 }),
      (STH_ACTIVATE_ELU, 0.5, 0, { $0 < 0 ? 0.5 * (Glibc.exp($0) - 1) : $0 }),
      (STH_ACTIVATE_HARD_SIGMOID, 0.5, 0.4, { min(max(0.5 * $0 + 0.4, 0), 1) }),
      (STH_ACTIVATE_SOFTPLUS, 0, 0, { Glibc.log(1 + Glibc.exp($0)) }),
      (STH_ACTIVATE_EXP, 0, 0, { Glibc.exp($0) }), (STH_ACTIVATE_ABS, 0, 0, { abs($0) }),
      (STH_ACTIVATE_ERF, 0, 0, { Glibc.erf($0) }), (STH_ACTIVATE_FLOOR, 0, 0, { Glibc.floor($0) }),
      (STH_ACTIVATE_POWER, 2, 0, { $0 * $0 }),
    ]
    for (function, alpha, beta, rule) in functions {
      try check(level, channels: [3, 20]) { twin, x, c in
        let node = try twin.graph.activate(x, function, alpha: alpha, beta: beta)
        let y = twin.record(node, from: [x]) { $0[0].map(rule) }
        return try twin.conv(y, c, 20, 1, 1)
      }
    }
  }

  @Test("combine repeats the axis that is 1", arguments: Engines.levels)
  func combine(level: UInt32) throws {
    let functions: [(UInt32, (Double, Double) -> Double)] = [
      (STH_COMBINE_MULTIPLY, { $0 * $1 }), (STH_COMBINE_MINIMUM, { min($0, $1) }),
      (STH_COMBINE_MAXIMUM, { max($0, $1) }), (STH_COMBINE_DIVIDE, { $0 / $1 }),
    ]
    for (function, rule) in functions {
      try check(level) { twin, x, c in
        func record(_ a: sth_node, _ b: sth_node) throws -> sth_node {
          twin.record(try twin.graph.combine(a, b, function), from: [a, b]) { $0[0].combined($0[1], rule) }
        }
        let base = try twin.clamp(try twin.conv(x, c, c, 1, 1), 0.5, 2)
        let plane = twin.record(try twin.graph.channelMean(base), from: [base]) { a in
          OracleTensor(c: 1, h: a[0].h, w: a[0].w) { _, y, x in
            (0..<a[0].c).reduce(0) { $0 + a[0][$1, y, x] } / Double(a[0].c)
          }
        }
        let vector = twin.record(try twin.graph.mean(base), from: [base]) { a in
          OracleTensor(c: c, h: 1, w: 1) { channel, _, _ in
            a[0].values[channel * a[0].h * a[0].w..<(channel + 1) * a[0].h * a[0].w].reduce(0, +)
              / Double(a[0].h * a[0].w)
          }
        }
        return try record(try record(try record(x, base), plane), vector)
      }
    }
  }

  @Test("concat, slice and depth_to_space move channels", arguments: Engines.levels)
  func channels(level: UInt32) throws {
    try check(level, channels: [1, 3, 5, 16, 17, 40]) { twin, x, c in
      let y = try twin.conv(x, c, 23, 1, 1)
      let both = twin.record(try twin.graph.concat(try twin.relu(y), x), from: [y, x]) { a in
        OracleTensor(c: 23 + c, h: a[0].h, w: a[0].w) { channel, y, x in
          channel < 23 ? max(a[0][channel, y, x], 0) : a[1][channel - 23, y, x]
        }
      }
      let part = twin.record(try twin.graph.slice(both, first: 7, count: 17), from: [both]) { a in
        OracleTensor(c: 17, h: a[0].h, w: a[0].w) { a[0][$0 + 7, $1, $2] }
      }
      return try twin.conv(part, 17, 4, 1, 1)
    }
    for (c, factor) in [(4, 2), (12, 2), (36, 3), (72, 2), (48, 4)] {
      try check(level, channels: [c]) { twin, x, c in
        let y = twin.record(try twin.graph.depthToSpace(x, factor: factor), from: [x]) { $0[0].shuffled(factor) }
        return try twin.conv(y, c / (factor * factor), 5, 1, 1)
      }
    }
  }

  @Test("pool2d means", arguments: Engines.levels)
  func means(level: UInt32) throws {
    for (size, stride, padding, kind) in [
      (2, 2, 0, STH_POOL_MEAN), (3, 2, 1, STH_POOL_MEAN), (3, 1, 1, STH_POOL_MEAN_PADDED),
    ] {
      try check(level, least: 3) { twin, x, _ in
        let y = try twin.relu(x)
        let node = try twin.graph.pool2d(
          y, Pool2D(kind: kind, size: (size, size), stride: (stride, stride), padding: Border(padding)))
        return twin.record(node, from: [y]) {
          $0[0].averaged(size, stride: stride, padding: padding, isPadded: kind == STH_POOL_MEAN_PADDED)
        }
      }
    }
  }

  @Test("resize2d finds its pixels", arguments: Engines.levels)
  func resize(level: UInt32) throws {
    try check(level) { twin, x, c in
      let y = try twin.norm(x, c)
      let node = try twin.graph.resize2d(
        y, Resize2D(mode: STH_RESIZE_LINEAR, place: STH_RESIZE_HALF_PIXEL, scale: (2, 2)))
      return twin.record(node, from: [y]) {
        $0[0].resized($0[0].h * 2, $0[0].w * 2) { x, _, _ in (x + 0.5) / 2 - 0.5 }
      }
    }
    try check(level) { twin, x, _ in
      let node = try twin.graph.resize2d(
        x, Resize2D(mode: STH_RESIZE_LINEAR, place: STH_RESIZE_ALIGN_CORNERS, size: (11, 5)))
      return twin.record(node, from: [x]) {
        $0[0].resized(11, 5) { x, from, to in x * Double(from - 1) / Double(to - 1) }
      }
    }
    try check(level) { twin, x, c in
      // Whole factors are left to the reader.
      let node = try twin.graph.resize2d(
        x, Resize2D(mode: STH_RESIZE_NEAREST, place: STH_RESIZE_ASYMMETRIC, rounding: STH_ROUND_FLOOR, scale: (3, 3)))
      return try twin.conv(twin.record(node, from: [x]) { $0[0].upsampled(3) }, c, 5, 1, 1)
    }
    try check(level) { twin, x, c in
      let node = try twin.graph.resize2d(
        x, Resize2D(mode: STH_RESIZE_NEAREST, place: STH_RESIZE_ASYMMETRIC, rounding: STH_ROUND_FLOOR, size: (4, 13)))
      return twin.record(node, from: [x]) { a in
        OracleTensor(c: c, h: 4, w: 13) { a[0][$0, $1 * a[0].h / 4, $2 * a[0].w / 13] }
      }
    }
  }

  @Test("median3 and negative borders", arguments: Engines.levels)
  func medianAndCrop(level: UInt32) throws {
    for mode in [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE] {
      try check(level) { twin, x, _ in
        twin.record(try twin.graph.median3(x, mode: mode), from: [x]) { $0[0].medians(mode) }
      }
      try check(level, least: 5) { twin, x, c in
        let y = try twin.pad(try twin.relu(x), Border(top: -1, left: 2, bottom: 1, right: -2), mode)
        return try twin.add(y, try twin.norm(y, c))
      }
    }
  }

  @Test("values of one row and one column stay exact at every precision", arguments: ComputePrecision.allCases)
  func steering(precision: ComputePrecision) throws {
    let twin = TwinNetwork(try Engines.make())
    let (x, code) = (try twin.input(20), try twin.input(20))
    let vector = try twin.relu(try twin.conv(code, 20, 20, 1, 1))
    try twin.output(vector)
    try twin.output(
      twin.record(try twin.graph.affine(x, scale: vector), from: [x, vector]) { $0[0].combined($0[1], *) })
    let inputs = [twin.tensor(c: 20, h: 9, w: 9), twin.tensor(c: 20, h: 1, w: 1)]
    let (results, expected) = (try twin.run(inputs, precision: precision), twin.expected(inputs))
    #expect(expected[0].distance(to: results[0].tensor) < 1e-6)
    #expect(expected[1].distance(to: results[1].tensor) < (precision == .f32 ? 1e-6 : 5e-3))
  }
}
