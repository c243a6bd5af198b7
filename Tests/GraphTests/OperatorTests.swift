// Every operator alone against the oracle, at every CPU level, fused and unfused, in every layout.
import PluginAPI
import Testing

@testable import Graph

/// Sizes with one row, one column, vector tails and aligned rows.
private let sizes = [(h: 1, w: 1), (h: 1, w: 7), (h: 5, w: 1), (h: 6, w: 9), (h: 17, w: 33), (h: 8, w: 64)]
/// Planar and blocked maps with one block, a full one, tails.
private let widths = [1, 3, 4, 5, 16, 17, 40]
private let modes = [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE]

@Suite("Operators")
struct OperatorTests {
  /// Builds with an input of each number of channels and checks it: at all sizes for one planar and one blocked layout.
  private func check(
    _ level: UInt32, channels: [Int] = widths, within bound: Double = 3e-5,
    _ build: (TwinNetwork, sth_node, Int) throws -> sth_node
  ) throws {
    for c in channels {
      for size in c == 3 || c == 17 ? sizes : [(h: 6, w: 9)] {
        let twin = TwinNetwork(try Engines.make(level: level), seed: UInt64(size.h * 100 + size.w + c))
        try twin.output(try build(twin, try twin.input(c), c))
        try twin.check([size], within: bound)
      }
    }
  }

  @Test("conv2d sums over its window with any kernel, stride and border", arguments: Engines.levels)
  func conv2d(level: UInt32) throws {
    for (kernelH, kernelW, strideH, strideW) in [(1, 1, 1, 1), (3, 3, 1, 1), (3, 3, 2, 2), (9, 9, 1, 1), (2, 5, 3, 1)] {
      for (mode, out) in zip(modes, [5, 3, 34]) {
        try check(level) { twin, x, c in
          let padded = try twin.pad(
            x, Border(top: kernelH / 2, left: kernelW / 2, bottom: kernelH, right: kernelW), mode)
          return try twin.conv(padded, c, out, kernelH, kernelW, strideH: strideH, strideW: strideW, bias: mode != 0)
        }
      }
    }
  }

  @Test("conv2d reads through norm, relu, enlargement and border in that order", arguments: Engines.levels)
  func lens(level: UInt32) throws {
    for mode in modes {
      try check(level) { twin, x, c in
        var x = try twin.relu(try twin.norm(x, c))
        x = try twin.pad(try twin.upsample(x, 2), Border(top: 1, left: 2, bottom: 1, right: 2), mode)
        return try twin.conv(x, c, 4, 3, 3)
      }
    }
  }

  @Test("pad2d continues a picture by its mode", arguments: Engines.levels)
  func pad2d(level: UInt32) throws {
    for mode in modes {
      try check(level) { twin, x, _ in try twin.pad(x, Border(top: 2, left: 0, bottom: 5, right: 3), mode) }
      try check(level) { twin, x, _ in
        try twin.pad(try twin.pad(x, Border(2), mode), Border(top: 0, left: 1, bottom: 4, right: 0), STH_PAD_REFLECT)
      }
    }
  }

  @Test("pad_to_multiple and crop_like give the size back", arguments: Engines.levels)
  func padAndCrop(level: UInt32) throws {
    try check(level) { twin, x, _ in try twin.padToMultiple(x, 4, STH_PAD_REFLECT) }
    try check(level) { twin, x, c in
      let padded = try twin.padToMultiple(x, 4, STH_PAD_REFLECT)
      let y = try twin.conv(try twin.pad(padded, Border(1), STH_PAD_REFLECT), c, 6, 3, 3)
      return try twin.crop(y, like: x)
    }
  }

  @Test("crop_like of enlarged, padded and normalised values cuts nothing too early", arguments: Engines.levels)
  func crop(level: UInt32) throws {
    try check(level) { twin, x, c in
      let y = try twin.crop(try twin.upsample(x, 3), like: try twin.upsample(x, 2))
      return try twin.conv(try twin.pad(y, Border(1), STH_PAD_REFLECT), c, 6, 3, 3)
    }
    try check(level) { twin, x, c in
      let y = try twin.crop(try twin.pad(x, Border(3), STH_PAD_REFLECT), like: try twin.upsample(x, 1))
      return try twin.norm(y, c)
    }
    try check(level) { twin, x, c in
      try twin.crop(try twin.norm(try twin.upsample(x, 2), c), like: x)
    }
    try check(level) { twin, x, c in
      try twin.norm(try twin.crop(try twin.upsample(x, 2), like: x), c)
    }
  }

  @Test("upsample_nearest repeats pixels", arguments: Engines.levels)
  func upsample(level: UInt32) throws {
    try check(level) { twin, x, _ in try twin.upsample(x, 1) }
    try check(level) { twin, x, _ in try twin.upsample(try twin.upsample(x, 2), 3) }
  }

  @Test("statistics gathered by a convolution are those of all it writes", arguments: Engines.levels)
  func gatheredMoments(level: UInt32) throws {
    try check(level, within: 2e-4) { twin, x, c in
      let y = try twin.conv(x, c, 6, 1, 1)
      let both = try twin.add(try twin.norm(y, 6), try twin.relu(try twin.norm(y, 6, affine: false)))
      return try twin.norm(try twin.conv(both, 6, 3, 1, 1), 3)
    }
    try check(level, within: 2e-4) { twin, x, c in
      // The convolution's whole output counts, though only a part of it is looked at - and only a part where that is cut.
      let y = try twin.conv(try twin.pad(x, Border(top: 0, left: 0, bottom: 3, right: 2), STH_PAD_REFLECT), c, 20, 1, 1)
      let whole = try twin.crop(try twin.norm(y, 20), like: x), part = try twin.norm(try twin.crop(y, like: x), 20)
      return try twin.add(whole, part)
    }
    try check(level, within: 2e-4) { twin, x, c in try twin.norm(try twin.upsample(try twin.conv(x, c, 8, 1, 1), 2), 8)
    }
  }

  @Test("instance_norm has biased variance, with and without scale and shift", arguments: Engines.levels)
  func instanceNorm(level: UInt32) throws {
    try check(level) { twin, x, c in try twin.norm(x, c) }
    try check(level) { twin, x, c in try twin.norm(try twin.norm(x, c, affine: false, epsilon: 0.1), c, epsilon: 0.01) }
  }

  @Test("relu, clamp and add work element by element, in any combination", arguments: Engines.levels)
  func pointwise(level: UInt32) throws {
    try check(level) { twin, x, _ in try twin.relu(x) }
    try check(level) { twin, x, _ in try twin.clamp(x, -0.25, 0.5) }
    try check(level) { twin, x, _ in try twin.add(x, x) }
    try check(level, within: 1e-4) { twin, x, c in
      let y = try twin.relu(try twin.norm(x, c))
      return try twin.relu(try twin.add(try twin.norm(y, c), try twin.add(y, try twin.norm(x, c, affine: false))))
    }
    try check(level) { twin, x, _ in
      try twin.add(try twin.upsample(x, 2), try twin.relu(try twin.upsample(x, 2)))
    }
  }

  @Test("tanh of anything", arguments: Engines.levels)
  func tanh(level: UInt32) throws {
    try check(level) { twin, x, _ in try twin.tanh(x) }
    try check(level) { twin, x, c in try twin.tanh(try twin.norm(try twin.upsample(x, 2), c)) }
  }

  @Test("max_pool2d takes the largest of each window, at the edges of what exists", arguments: Engines.levels)
  func maxPool(level: UInt32) throws {
    try check(level) { twin, x, _ in try twin.maxPool(x, 1, stride: 3) }
    try check(level) { twin, x, _ in try twin.maxPool(x, 2, stride: 2, ceil: true) }
    for ceil in [false, true] {
      for (size, stride) in [(2, 2), (3, 2), (3, 1), (2, 4)] {
        try check(level) { twin, x, c in
          let wide = try twin.relu(try twin.norm(try twin.pad(x, Border(1), STH_PAD_REFLECT), c))
          return try twin.maxPool(wide, size, stride: stride, ceil: ceil)
        }
      }
    }
  }

  @Test("a value may be input, output and operand several times over")
  func outputs() throws {
    for c in [2, 18] {
      let twin = TwinNetwork(try Engines.make())
      let x = try twin.input(c)
      let y = try twin.conv(x, c, c, 1, 1)
      for output in [x, y, y, try twin.relu(y), try twin.add(y, x), x] { try twin.output(output) }
      try twin.check([(h: 5, w: 6)])
    }
  }
}
