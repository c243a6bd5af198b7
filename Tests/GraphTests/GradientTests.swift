// The gradient rule of every operator against finite differences, at every CPU level, fused and unfused.
import Glibc
import Kernels
import PluginAPI
import Testing

@testable import Graph

@Suite("Gradients")
struct GradientTests: ChecksGradients {
  @Test("conv2d passes back to picture, weight and bias, with any kernel, stride and border", arguments: Engines.levels)
  func conv2d(level: UInt32) throws {
    for (kernel, stride, mode, out) in [
      (1, 1, STH_PAD_ZERO, 3), (3, 1, STH_PAD_ZERO, 18), (3, 1, STH_PAD_REFLECT, 5), (3, 2, STH_PAD_REFLECT, 17),
      (5, 1, STH_PAD_REPLICATE, 3), (4, 2, STH_PAD_ZERO, 6),
    ] {
      try check(level, sizes: [(5, 7), (9, 8)]) { twin, x, c in
        let padded = kernel == 1 ? x : try twin.pad(x, Border(kernel / 2), mode)
        return try twin.conv(padded, c, out, kernel, kernel, strideH: stride, strideW: stride)
      }
    }
  }

  @Test(
    "conv2d passes back through norm, relu, enlargement and border, which are made again", arguments: Engines.levels)
  func lens(level: UInt32) throws {
    try check(level, channels: [3, 18], within: 5e-4) { twin, x, c in
      let y = try twin.relu(try twin.norm(try twin.conv(x, c, 20, 1, 1), 20))
      return try twin.conv(try twin.pad(try twin.upsample(y, 2), Border(1), STH_PAD_REFLECT), 20, 6, 3, 3)
    }
  }

  @Test("conv_transpose2d passes back to picture, weight and bias", arguments: Engines.levels)
  func transposed(level: UInt32) throws {
    for (kernel, stride, cut, more) in [(3, 2, 1, 1), (4, 2, 1, 0), (3, 1, 1, 0), (2, 3, 0, 1)] {
      try check(level, channels: [3, 17]) { [kernel, stride, cut, more] twin, x, c in
        let dims = [c, 5, kernel, kernel]
        let weight = try twin.constant(dims, range: 0.4)
        let node = try twin.graph.convTranspose2d(
          x, weight: weight, ConvTranspose2D(stride: stride, cut: Border(cut), more: (more, more)))
        return twin.record(node, from: [x]) { [unowned twin] in
          $0[0].spread(
            twin.numbers(weight), dims: dims, groups: 1, stride: stride, cut: Border(cut), more: (more, more))
        }
      }
    }
  }

  @Test("instance_norm passes back to picture, scale and shift", arguments: Engines.levels)
  func instanceNorm(level: UInt32) throws {
    for isAffine in [true, false] {
      try check(level, within: 5e-4) { twin, x, c in try twin.norm(x, c, affine: isAffine, epsilon: 1e-3) }
    }
  }

  @Test("affine passes back to picture, scale and shift", arguments: Engines.levels)
  func affine(level: UInt32) throws {
    try check(level) { twin, x, c in
      let (scale, shift) = (try twin.constant([c]), try twin.constant([c]))
      return twin.record(try twin.graph.affine(x, scale: scale, shift: shift), from: [x]) { [unowned twin] values in
        OracleTensor(c: c, h: values[0].h, w: values[0].w) {
          values[0][$0, $1, $2] * twin.numbers(scale)[$0] + twin.numbers(shift)[$0]
        }
      }
    }
  }

  @Test("borders, crops and enlargements pass back to the pixels they copy", arguments: Engines.levels)
  func places(level: UInt32) throws {
    for mode in [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE] {
      try check(level) { twin, x, _ in try twin.pad(x, Border(top: 2, left: 0, bottom: 3, right: 4), mode) }
      try check(level) { twin, x, _ in try twin.pad(x, Border(top: -1, left: 2, bottom: 0, right: -2), mode) }
      try check(level) { twin, x, _ in try twin.padToMultiple(x, 4, mode) }
      try check(level, channels: [3]) { twin, x, _ in try twin.pad(x, Border(11), mode) }
      // What comes back of the outer border is looked at in part.
      try check(level) { twin, x, _ in try twin.pad(twin.padToMultiple(x, 4, STH_PAD_ZERO), Border(2), mode) }
    }
    try check(level) { twin, x, c in
      try twin.crop(twin.pad(x, Border(3), STH_PAD_REFLECT), like: x)
    }
    for factor in [2, 3] { try check(level) { twin, x, _ in try twin.upsample(x, factor) } }
  }

  @Test("pool2d passes back to the largest, or to all", arguments: Engines.levels)
  func pool2d(level: UInt32) throws {
    for (size, stride, isCeiled) in [(2, 2, false), (3, 2, true), (3, 1, false), (2, 3, false)] {
      try check(level) { twin, x, _ in try twin.maxPool(x, size, stride: stride, ceil: isCeiled) }
    }
    for (size, stride) in [(2, 2), (3, 3), (2, 1), (3, 1)] {
      try check(level) { twin, x, _ in try means(of: x, size, stride, twin) }
    }
    try check(level) { twin, x, _ in
      // Zeros around it that count are a border of zeros and windows inside it.
      let (padded, pool) = (
        try twin.pad(x, Border(top: 1, left: 0, bottom: 1, right: 1), STH_PAD_ZERO),
        Pool2D(
          kind: STH_POOL_MEAN_PADDED, size: (2, 2), stride: (1, 1),
          padding: Border(top: 1, left: 0, bottom: 1, right: 1))
      )
      let inside = try means(of: padded, 2, 1, twin)
      return twin.record(try twin.graph.pool2d(x, pool), from: [inside]) { $0[0] }
    }
  }

  /// The means of windows of size x size.
  private func means(of x: sth_node, _ size: Int, _ stride: Int, _ twin: TwinNetwork) throws -> sth_node {
    let pool = Pool2D(kind: STH_POOL_MEAN, size: (size, size), stride: (stride, stride))
    return twin.record(try twin.graph.pool2d(x, pool), from: [x]) { values in
      let (h, w) = ((values[0].h - size) / stride + 1, (values[0].w - size) / stride + 1)
      return OracleTensor(c: values[0].c, h: h, w: w) { c, y, x in
        var sum = 0.0
        for i in 0..<size { for j in 0..<size { sum += values[0][c, y * stride + i, x * stride + j] } }
        return sum / Double(size * size)
      }
    }
  }

  @Test("relu, clamp, tanh and activate pass back by their slope", arguments: Engines.levels)
  func activations(level: UInt32) throws {
    try check(level) { twin, x, _ in try twin.relu(x) }
    try check(level) { twin, x, _ in try twin.clamp(x, -0.5, 0.25) }
    try check(level, within: 3e-4) { twin, x, _ in try twin.tanh(x) }
    let functions: [(UInt32, Double, (Double) -> Double)] = [
      (STH_ACTIVATE_SIGMOID, 0, { 1 / (1 + exp(-$0)) }), (STH_ACTIVATE_LEAKY_RELU, 0.2, { $0 < 0 ? 0.2 * $0 : $0 }),
      (STH_ACTIVATE_ELU, 0.7, { $0 < 0 ? 0.7 * (exp($0) - 1) : $0 }), (STH_ACTIVATE_SOFTPLUS, 0, { log(1 + exp($0)) }),
      (STH_ACTIVATE_EXP, 0, { exp($0) }), (STH_ACTIVATE_ABS, 0, { abs($0) }),
    ]
    for (function, alpha, rule) in functions {
      try check(level, channels: [3, 17], within: 3e-4) { twin, x, _ in
        twin.record(try twin.graph.activate(x, function, alpha: alpha), from: [x]) { $0[0].map(rule) }
      }
    }
    let ofPositive: [(UInt32, Double, (Double) -> Double)] = [
      (STH_ACTIVATE_LOG, 0, { log($0) }), (STH_ACTIVATE_SQRT, 0, { $0.squareRoot() }),
      (STH_ACTIVATE_RECIPROCAL, 0, { 1 / $0 }), (STH_ACTIVATE_POWER, 2.5, { pow($0, 2.5) }),
    ]
    for (function, alpha, rule) in ofPositive {
      try check(level, channels: [3, 17], within: 3e-4) { twin, x, c in
        let shift = try twin.graph.constant(2, channels: c)
        let above = twin.record(try twin.graph.affine(x, shift: shift), from: [x]) { $0[0].map { $0 + 2 } }
        return twin.record(try twin.graph.activate(above, function, alpha: alpha), from: [above]) { $0[0].map(rule) }
      }
    }
  }

  @Test("add, combine and concat pass back to both", arguments: Engines.levels)
  func pairs(level: UInt32) throws {
    try check(level) { twin, x, c in try twin.add(x, twin.input(c)) }
    try check(level) { twin, x, _ in try twin.add(x, twin.relu(x)) }
    let rules: [(UInt32, (Double, Double) -> Double)] = [
      (STH_COMBINE_MULTIPLY, { $0 * $1 }), (STH_COMBINE_SUBTRACT, { $0 - $1 }), (STH_COMBINE_DIVIDE, { $0 / $1 }),
      (STH_COMBINE_MINIMUM, { min($0, $1) }), (STH_COMBINE_MAXIMUM, { max($0, $1) }),
    ]
    for (function, rule) in rules {
      try check(level, within: 3e-4) { twin, x, c in
        let other = try twin.input(c)
        let shift = try twin.graph.constant(2, channels: c)
        let above = twin.record(try twin.graph.affine(other, shift: shift), from: [other]) { $0[0].map { $0 + 2 } }
        return twin.record(try twin.graph.combine(x, above, function), from: [x, above]) { values in
          OracleTensor(c: c, h: values[0].h, w: values[0].w) { rule(values[0][$0, $1, $2], values[1][$0, $1, $2]) }
        }
      }
      // A number per channel, and one for all, repeated over the pixels.
      for isOne in [true, false] {
        try check(level, within: 3e-4) { twin, x, c in
          let mean = try twin.channelMeans(of: x, all: isOne, shifted: 2)
          return twin.record(try twin.graph.combine(x, mean, function), from: [x, mean]) { values in
            OracleTensor(c: c, h: values[0].h, w: values[0].w) {
              rule(values[0][$0, $1, $2], values[1][isOne ? 0 : $0, 0, 0])
            }
          }
        }
      }
    }
    try check(level) { twin, x, c in
      let other = try twin.input(6)
      return twin.record(try twin.graph.concat(x, other), from: [x, other]) { values in
        OracleTensor(c: c + 6, h: values[0].h, w: values[0].w) {
          $0 < c ? values[0][$0, $1, $2] : values[1][$0 - c, $1, $2]
        }
      }
    }
  }

  @Test("slice passes back to the channels it shows, and nothing to the others", arguments: Engines.levels)
  func slice(level: UInt32) throws {
    for (first, count) in [(0, 2), (1, 3), (4, 17), (0, 21)] {
      try check(level, channels: [21]) { twin, x, _ in
        twin.record(try twin.graph.slice(x, first: first, count: count), from: [x]) { values in
          OracleTensor(c: count, h: values[0].h, w: values[0].w) { values[0][first + $0, $1, $2] }
        }
      }
    }
  }

  @Test("squares of pixels and blocks of channels pass back to each other", arguments: Engines.levels)
  func squares(level: UInt32) throws {
    try check(level, channels: [1, 3, 5], sizes: [(6, 4)]) { twin, x, c in
      twin.record(try twin.graph.spaceToDepth(x, factor: 2), from: [x]) { values in
        OracleTensor(c: 4 * c, h: values[0].h / 2, w: values[0].w / 2) {
          values[0][$0 / 4, 2 * $1 + $0 % 4 / 2, 2 * $2 + $0 % 2]
        }
      }
    }
    try check(level, channels: [4, 12, 68]) { twin, x, c in
      twin.record(try twin.graph.depthToSpace(x, factor: 2), from: [x]) { values in
        OracleTensor(c: c / 4, h: values[0].h * 2, w: values[0].w * 2) {
          values[0][4 * $0 + 2 * ($1 % 2) + $2 % 2, $1 / 2, $2 / 2]
        }
      }
    }
  }

  @Test("gram passes back to every pixel of every channel", arguments: Engines.levels, [0, 1, 2])
  func gram(level: UInt32, divisor: UInt32) throws {
    try check(level, channels: [1, 3, 5, 17, 40]) { twin, x, c in
      let y = try twin.relu(x)
      return twin.record(try twin.graph.products(y, y, divisor: divisor), from: [y]) { values in
        let count = Double([1, values[0].h * values[0].w, values[0].values.count][Int(divisor)])
        return OracleTensor(c: c, h: c, w: 1) { a, b, _ in
          var sum = 0.0
          for y in 0..<values[0].h { for x in 0..<values[0].w { sum += values[0][a, y, x] * values[0][b, y, x] } }
          return sum / count
        }
      }
    }
  }

  @Test(
    "a Gram matrix that is looked at in part is made whole, and nothing is written beside it", arguments: Engines.levels
  )
  func gramInPart(level: UInt32) throws {
    for c in [3, 4, 5, 17] {
      let twin = TwinNetwork(try Engines.make(level: level), seed: UInt64(c))
      let (x, corner) = (try twin.input(c), try twin.input(c))
      let gram = twin.record(try twin.graph.products(x, x, divisor: STH_PRODUCTS_SUM), from: [x]) { values in
        OracleTensor(c: c, h: c, w: 1) { a, b, _ in
          var sum = 0.0
          for y in 0..<values[0].h { for x in 0..<values[0].w { sum += values[0][a, y, x] * values[0][b, y, x] } }
          return sum
        }
      }
      try twin.output(twin.crop(gram, like: corner))
      try twin.check([(5, 7), (1, 1)], within: 1e-4)
    }
  }

  @Test(
    "a network with a branch, taken to pieces and joined, passes back what both ways got", arguments: Engines.levels)
  func network(level: UInt32) throws {
    try check(level, channels: [3], sizes: [(8, 12)], within: 2e-3) { twin, x, c in
      let first = try twin.relu(
        try twin.norm(try twin.conv(try twin.pad(x, Border(4), STH_PAD_REFLECT), c, 8, 9, 9), 8))
      let down = try twin.relu(
        try twin.norm(
          try twin.conv(try twin.pad(first, Border(1), STH_PAD_REFLECT), 8, 20, 3, 3, strideH: 2, strideW: 2), 20))
      let inner = try twin.relu(
        try twin.norm(try twin.conv(try twin.pad(down, Border(1), STH_PAD_REFLECT), 20, 20, 3, 3), 20))
      let block = try twin.add(
        down, try twin.norm(try twin.conv(try twin.pad(inner, Border(1), STH_PAD_REFLECT), 20, 20, 3, 3), 20))
      let up = try twin.relu(
        try twin.norm(
          try twin.conv(try twin.pad(try twin.upsample(block, 2), Border(1), STH_PAD_REFLECT), 20, 8, 3, 3), 8))
      return try twin.conv(try twin.pad(up, Border(4), STH_PAD_REFLECT), 8, 3, 9, 9)
    }
  }

  @Test("variables are read anew after refresh(), in every form that kernels have them in")
  func refresh() throws {
    let twin = TwinNetwork(try Engines.make())
    twin.learns = true
    let x = try twin.input(20)
    let y = try twin.norm(try twin.conv(try twin.pad(x, Border(1), STH_PAD_ZERO), 20, 18, 3, 3), 18)
    let dims = [18, 5, 3, 3]
    let weight = try twin.constant(dims, range: 0.4)
    let spread = try twin.graph.convTranspose2d(y, weight: weight, ConvTranspose2D(stride: 2, cut: Border(1)))
    try twin.output(
      twin.record(spread, from: [y]) { [unowned twin] in
        $0[0].spread(twin.numbers(weight), dims: dims, groups: 1, stride: 2, cut: Border(1), more: (0, 0))
      })
    var all = 0
    for _ in 0..<3 {
      try twin.check([(7, 9)], within: 2e-4)
      for variable in twin.constants { twin.write(twin.numbers(variable).map { _ in twin.number(0.5) }, to: variable) }
      all = twin.graph.refresh()
    }
    // One at a time: nothing else is made anew, and all is as it would be.
    #expect(twin.graph.refresh() == 0)
    for variable in twin.constants {
      twin.write(twin.numbers(variable).map { _ in twin.number(0.5) }, to: variable)
      let made = twin.graph.refresh()
      #expect(made > 0 && made < all)
      try twin.check([(7, 9)], within: 2e-4)
    }
  }

  @Test("a plan made between a change and its taking back does not keep the change")
  func takenBack() throws {
    let twin = TwinNetwork(try Engines.make())
    twin.learns = true
    let x = try twin.input(3)
    try twin.output(twin.norm(twin.conv(x, 3, 4, 3, 3), 4))
    twin.graph.refresh()
    let before = twin.constants.map { twin.numbers($0) }
    for (variable, numbers) in zip(twin.constants, before) { twin.write(numbers.map { $0 + 1 }, to: variable) }
    _ = try twin.graph.compile([sth_size(h: 60, w: 70)])
    for (variable, numbers) in zip(twin.constants, before) { twin.write(numbers, to: variable) }
    twin.graph.refresh()
    for size in [(60, 70), (7, 9)] { try twin.check([size], within: 2e-4) }
  }

  @Test("what has no gradient, and what the loss knows nothing of, is a mistake of one sentence")
  func mistakes() throws {
    func message(_ build: (ComputeGraph, sth_node) throws -> sth_node, _ other: Bool = false) throws -> String {
      let graph = ComputeGraph(name: "net", engine: try Engines.make())
      let x = try graph.input("x", channels: 3)
      let y = try graph.input("y", channels: 3)
      let loss = try build(graph, x)
      let error = #expect(throws: GraphError.self) { _ = try graph.gradients(of: loss, withRespectTo: [other ? y : x]) }
      #expect(graph.firstMistake != nil)
      return error?.description ?? ""
    }
    func one(_ graph: ComputeGraph, _ x: sth_node) throws -> sth_node { try graph.channelMean(graph.mean(x)) }
    for function in [STH_ACTIVATE_ROUND, STH_ACTIVATE_FLOOR] {
      let steps = try message { try one($0, $0.activate($1, function)) }
      #expect(steps.hasSuffix("(node 3): function \(function) goes up in steps, which have no gradient to learn from"))
    }
    let again = try message { graph, x in
      let slope = try graph.gradients(of: one(graph, graph.instanceNorm(x, epsilon: 1e-5)), withRespectTo: [x])[0]
      return try one(graph, slope)
    }
    #expect(again.contains("a gradient has no gradient of its own"))
    #expect(try message({ try one($0, $1) }, true).hasSuffix("the loss does not depend on input 'y'"))
    #expect(try message { graph, _ in graph.firstNode + 99 }.contains("does not belong to graph"))
    #expect(try message { try $0.mean($1) }.contains("a loss is one number, this has 3 channels"))
    let graph = ComputeGraph(name: "net", engine: try Engines.make())
    let x = try graph.input("x", channels: 1)
    try graph.output(graph.gradients(of: x, withRespectTo: [x])[0])
    let error = #expect(throws: GraphError.self) { _ = try graph.compile([sth_size(h: 2, w: 1)]) }
    #expect(error?.description.contains("a loss is one number, this is [1,2,1]") == true)
  }
}
