// Every operator alone against the oracle, at every CPU level, fused and unfused.
import PluginAPI
import Testing

@testable import Graph

/// Sizes with one row, one column, vector tails and aligned rows.
private let sizes = [(h: 1, w: 1), (h: 1, w: 7), (h: 5, w: 1), (h: 6, w: 9), (h: 17, w: 33), (h: 8, w: 64)]
private let modes = [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE]

@Suite("Operators")
struct OperatorTests {
  private func check(_ level: UInt32, _ build: (TwinNetwork, sth_node) throws -> sth_node) throws {
    for size in sizes {
      let twin = TwinNetwork(try Engines.make(level: level), seed: UInt64(size.h * 100 + size.w))
      try twin.output(try build(twin, try twin.input(3)))
      try twin.check([size])
    }
  }

  @Test("conv2d sums over its window with any kernel, stride and border", arguments: Engines.levels)
  func conv2d(level: UInt32) throws {
    for (kernelH, kernelW, strideH, strideW) in [(1, 1, 1, 1), (3, 3, 1, 1), (3, 3, 2, 2), (9, 9, 1, 1), (2, 5, 3, 1)] {
      for mode in modes {
        try check(level) { twin, x in
          let padded = try twin.pad(
            x, Border(top: kernelH / 2, left: kernelW / 2, bottom: kernelH, right: kernelW), mode)
          return try twin.conv(padded, 3, 5, kernelH, kernelW, strideH: strideH, strideW: strideW, bias: mode != 0)
        }
      }
    }
  }

  @Test("conv2d reads through norm, relu, enlargement and border in that order", arguments: Engines.levels)
  func lens(level: UInt32) throws {
    for mode in modes {
      try check(level) { twin, x in
        var x = try twin.relu(try twin.norm(x, 3))
        x = try twin.pad(try twin.upsample(x, 2), Border(top: 1, left: 2, bottom: 1, right: 2), mode)
        return try twin.conv(x, 3, 4, 3, 3)
      }
    }
  }

  @Test("pad2d continues a picture by its mode", arguments: Engines.levels)
  func pad2d(level: UInt32) throws {
    for mode in modes {
      try check(level) { twin, x in try twin.pad(x, Border(top: 2, left: 0, bottom: 5, right: 3), mode) }
      try check(level) { twin, x in
        try twin.pad(try twin.pad(x, Border(2), mode), Border(top: 0, left: 1, bottom: 4, right: 0), STH_PAD_REFLECT)
      }
    }
  }

  @Test("pad_to_multiple and crop_like give the size back", arguments: Engines.levels)
  func padAndCrop(level: UInt32) throws {
    try check(level) { twin, x in try twin.padToMultiple(x, 4, STH_PAD_REFLECT) }
    try check(level) { twin, x in
      let padded = try twin.padToMultiple(x, 4, STH_PAD_REFLECT)
      let y = try twin.conv(try twin.pad(padded, Border(1), STH_PAD_REFLECT), 3, 2, 3, 3)
      return try twin.crop(y, like: x)
    }
  }

  @Test("crop_like of enlarged, padded and normalised values cuts nothing too early", arguments: Engines.levels)
  func crop(level: UInt32) throws {
    try check(level) { twin, x in
      let y = try twin.crop(try twin.upsample(x, 3), like: try twin.upsample(x, 2))
      return try twin.conv(try twin.pad(y, Border(1), STH_PAD_REFLECT), 3, 2, 3, 3)
    }
    try check(level) { twin, x in
      let y = try twin.crop(try twin.pad(x, Border(3), STH_PAD_REFLECT), like: try twin.upsample(x, 1))
      return try twin.norm(y, 3)
    }
    try check(level) { twin, x in
      try twin.crop(try twin.norm(try twin.upsample(x, 2), 3), like: x)
    }
    try check(level) { twin, x in
      try twin.norm(try twin.crop(try twin.upsample(x, 2), like: x), 3)
    }
  }

  @Test("upsample_nearest repeats pixels", arguments: Engines.levels)
  func upsample(level: UInt32) throws {
    try check(level) { twin, x in try twin.upsample(x, 1) }
    try check(level) { twin, x in try twin.upsample(try twin.upsample(x, 2), 3) }
  }

  @Test("instance_norm has biased variance, with and without scale and shift", arguments: Engines.levels)
  func instanceNorm(level: UInt32) throws {
    try check(level) { twin, x in try twin.norm(x, 3) }
    try check(level) { twin, x in try twin.norm(try twin.norm(x, 3, affine: false, epsilon: 0.1), 3, epsilon: 0.01) }
  }

  @Test("relu, clamp and add work element by element, in any combination", arguments: Engines.levels)
  func pointwise(level: UInt32) throws {
    try check(level) { twin, x in try twin.relu(x) }
    try check(level) { twin, x in try twin.clamp(x, -0.25, 0.5) }
    try check(level) { twin, x in try twin.add(x, x) }
    try check(level) { twin, x in
      let y = try twin.relu(try twin.norm(x, 3))
      return try twin.relu(try twin.add(try twin.norm(y, 3), try twin.add(y, try twin.norm(x, 3, affine: false))))
    }
    try check(level) { twin, x in
      try twin.add(try twin.upsample(x, 2), try twin.relu(try twin.upsample(x, 2)))
    }
  }

  @Test("tanh of anything", arguments: Engines.levels)
  func tanh(level: UInt32) throws {
    try check(level) { twin, x in try twin.tanh(x) }
    try check(level) { twin, x in try twin.tanh(try twin.norm(try twin.upsample(x, 2), 3)) }
  }

  @Test("max_pool2d takes the largest of each window, at the edges of what exists", arguments: Engines.levels)
  func maxPool(level: UInt32) throws {
    try check(level) { twin, x in try twin.maxPool(x, 1, stride: 3) }
    try check(level) { twin, x in try twin.maxPool(x, 2, stride: 2, ceil: true) }
    for ceil in [false, true] {
      for (size, stride) in [(2, 2), (3, 2), (3, 1), (2, 4)] {
        try check(level) { twin, x in
          let wide = try twin.relu(try twin.norm(try twin.pad(x, Border(1), STH_PAD_REFLECT), 3))
          return try twin.maxPool(wide, size, stride: stride, ceil: ceil)
        }
      }
    }
  }

  @Test("a value may be input, output and operand several times over")
  func outputs() throws {
    let twin = TwinNetwork(try Engines.make())
    let x = try twin.input(2)
    let y = try twin.conv(x, 2, 2, 1, 1)
    for output in [x, y, y, try twin.relu(y), try twin.add(y, x), x] { try twin.output(output) }
    try twin.check([(h: 5, w: 6)])
  }
}
