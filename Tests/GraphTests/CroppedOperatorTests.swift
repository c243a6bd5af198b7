// Operators whose readers look at a part of them only: the rest is not made, and nothing is written where it would be.
import Glibc
import PluginAPI
import Testing

@testable import Graph

@Suite("Operators looked at in part")
struct CroppedOperatorTests {
  @Test("what is looked at in part is made in part, and nothing is written beside it", arguments: Engines.levels)
  func cropped(level: UInt32) throws {
    for c in [4, 8, 20, 68] {
      for (index, build) in Self.croppable.enumerated() {
        for (h, w) in [(7, 5), (16, 13), (3, 18)] {
          let twin = TwinNetwork(try Engines.make(level: level), seed: UInt64(index * 1000 + c * 10 + h))
          let x = try twin.input(c)
          let wide = try twin.pad(x, Border(top: 0, left: 0, bottom: 3, right: 6), STH_PAD_REFLECT)
          let result = try build(twin, wide, c)
          try twin.output(try twin.crop(result, like: x))
          try twin.check([(h, w)], within: 1e-4)
        }
      }
    }
  }

  @Test(
    "rows of pixels and products of two values are made whole where they are looked at in part",
    arguments: Engines.levels)
  func whole(level: UInt32) throws {
    for (c, d) in [(3, 4), (4, 3), (5, 18), (17, 2), (100, 3)] {
      let twin = TwinNetwork(try Engines.make(level: level), seed: UInt64(c))
      let (x, y) = (try twin.input(c), try twin.input(d))
      let (row, corner) = (try twin.input(1), try twin.input(1))
      let rows = twin.record(try twin.graph.transpose(x, count: 35), from: [x]) { a in
        OracleTensor(c: 35, h: 1, w: c) { a[0][$2, $0 / 7, $0 % 7] }
      }
      let products = twin.record(try twin.graph.products(x, y, divisor: STH_PRODUCTS_SUM), from: [x, y]) { a in
        OracleTensor(c: c, h: d, w: 1) { first, second, _ in
          var sum = 0.0
          for i in 0..<35 { sum += a[0].values[35 * first + i] * a[1].values[35 * second + i] }
          return sum
        }
      }
      try twin.output(twin.crop(rows, like: row))
      try twin.output(twin.crop(products, like: corner))
      try twin.output(products)
      try twin.check([(5, 7), (5, 7), (1, 2), (1, 1)], within: 1e-4)
    }
  }

  /// Operators whose results are at least as large as what goes in.
  private static var croppable: [(TwinNetwork, sth_node, Int) throws -> sth_node] {
    [
      { twin, x, _ in
        twin.record(try twin.graph.median3(x, mode: STH_PAD_REFLECT), from: [x]) { $0[0].medians(STH_PAD_REFLECT) }
      },
      { twin, x, _ in twin.record(try twin.graph.depthToSpace(x, factor: 2), from: [x]) { $0[0].shuffled(2) } },
      { twin, x, _ in
        let resize = Resize2D(mode: STH_RESIZE_LINEAR, place: STH_RESIZE_HALF_PIXEL, scale: (1.5, 1.5))
        return twin.record(try twin.graph.resize2d(x, resize), from: [x]) {
          $0[0].resized($0[0].h * 3 / 2, $0[0].w * 3 / 2) { x, _, _ in (x + 0.5) / 1.5 - 0.5 }
        }
      },
      { twin, x, c in
        let both = twin.record(try twin.graph.concat(x, try twin.relu(x)), from: [x]) { a in
          OracleTensor(c: 2 * c, h: a[0].h, w: a[0].w) { $0 < c ? a[0][$0, $1, $2] : max(a[0][$0 - c, $1, $2], 0) }
        }
        return twin.record(try twin.graph.slice(both, first: c / 2, count: c), from: [both]) { a in
          OracleTensor(c: c, h: a[0].h, w: a[0].w) { a[0][$0 + c / 2, $1, $2] }
        }
      },
      { twin, x, _ in
        twin.record(try twin.graph.combine(x, try twin.relu(x), STH_COMBINE_MULTIPLY), from: [x]) {
          $0[0].map { $0 * max($0, 0) }
        }
      },
      { twin, x, _ in
        let pool = Pool2D(kind: STH_POOL_MEAN, size: (3, 3), stride: (1, 1), padding: Border(1))
        return twin.record(try twin.graph.pool2d(x, pool), from: [x]) {
          $0[0].averaged(3, stride: 1, padding: 1, isPadded: false)
        }
      },
      { twin, x, c in
        let weight = try twin.constant([c, 1, 3, 3], range: 0.4)
        let (numbers, padded) = (twin.numbers(weight), try twin.pad(x, Border(1), STH_PAD_REFLECT))
        return twin.record(try twin.graph.conv2d(padded, weight: weight, Conv2D(groups: c)), from: [padded]) {
          $0[0].convolved(numbers, dims: [c, 1, 3, 3], groups: c, stride: (1, 1), dilation: (1, 1))
        }
      },
      { twin, x, c in
        let weight = try twin.constant([c, 5, 3, 3], range: 0.4)
        let numbers = twin.numbers(weight)
        let options = ConvTranspose2D(stride: 2, cut: Border(1), more: (1, 1))
        return twin.record(try twin.graph.convTranspose2d(x, weight: weight, options), from: [x]) {
          $0[0].spread(numbers, dims: [c, 5, 3, 3], groups: 1, stride: 2, cut: Border(1), more: (1, 1))
        }
      },
      { twin, x, _ in
        twin.record(try twin.graph.activate(x, STH_ACTIVATE_SIGMOID), from: [x]) {
          $0[0].map { 1 / (1 + Glibc.exp(-$0)) }
        }
      },
      { twin, x, _ in
        // Of 512 places from -256 on many lie outside of x, which is its last pixel.
        let number = try twin.graph.scaled(twin.graph.slice(x, first: 0, count: 1), by: 256, channels: 1)
        let places = twin.record(try twin.graph.activate(number, STH_ACTIVATE_FLOOR), from: [x]) { a in
          OracleTensor(c: 1, h: a[0].h, w: a[0].w) { (256 * a[0][0, $1, $2]).rounded(.down) }
        }
        return twin.record(try twin.graph.gather(x, places: places), from: [x, places]) { a in
          let last = a[0].h * a[0].w - 1
          return OracleTensor(c: a[0].c, h: a[1].h, w: a[1].w) {
            let place = Int(a[1][0, $1, $2])
            let inside = 0...last ~= place ? place : last
            return a[0][$0, inside / a[0].w, inside % a[0].w]
          }
        }
      },
      { twin, x, _ in
        let y = try twin.relu(x)
        return twin.record(try twin.graph.stopGradient(y), from: [y]) { $0[0] }
      },
    ]
  }
}
