// MapConvGradientTests.swift - gradients of the weights of convolutions on maps, against sums in double.
import Kernels
import PluginAPI
import Testing

@Suite struct MapConvGradientTests {
  /// Output channels, input channels, size of dy, kernel and stride, and rows and columns that src has beyond what is needed.
  struct Case: Sendable {
    var outC: Int
    var inC: Int
    var h: Int
    var w: Int
    var kernel = (h: 1, w: 1)
    var stride = (h: 1, w: 1)
    var more = (h: 0, w: 0)
    var scale: Float = 1

    var srcH: Int { (h - 1) * stride.h + kernel.h + more.h }
    var srcW: Int { (w - 1) * stride.w + kernel.w + more.w }

    /// Whose transforms cost some exactness.
    var mayGoOverTiles: Bool { kernel == (3, 3) && stride == (1, 1) }

    var shape: sth_map_conv_gradient {
      sth_map_conv_gradient(
        out_c: Int32(outC), in_c: Int32(inC), h: Int32(h), w: Int32(w), kernel_h: Int32(kernel.h),
        kernel_w: Int32(kernel.w), stride_h: Int32(stride.h), stride_w: Int32(stride.w), scale: scale)
    }
  }

  /// Every kernel and stride of a style network, and odd ones.
  static let kernels: [(kernel: (h: Int, w: Int), stride: (h: Int, w: Int))] = [
    ((1, 1), (1, 1)), ((1, 1), (2, 2)), ((3, 3), (1, 1)), ((3, 3), (2, 2)), ((9, 9), (1, 1)), ((2, 2), (2, 2)),
    ((4, 4), (2, 2)), ((5, 3), (1, 2)), ((1, 7), (3, 1)),
  ]

  @Test("conv_gradient sums dy times what each weight met", arguments: KernelLevel.all)
  func kernels(level: KernelLevel) {
    for (kernel, stride) in Self.kernels {
      for (outC, inC) in [(1, 1), (3, 20), (16, 3), (17, 5), (33, 40), (4, 4), (5, 16)] {
        for (h, w) in [(1, 1), (2, 5), (5, 18)] {
          check(level, Case(outC: outC, inC: inC, h: h, w: w, kernel: kernel, stride: stride))
        }
      }
    }
  }

  @Test("conv_gradient takes every size, and a src that reaches further", arguments: KernelLevel.all)
  func sizes(level: KernelLevel) {
    for (h, w) in [(1, 1), (1, 2), (3, 1), (4, 4), (5, 7), (8, 9), (13, 15), (3, 16), (9, 17), (2, 33), (35, 3)] {
      for kernel in [1, 3] {
        for more in [(0, 0), (1, 1), (0, 5)] {
          check(
            level,
            Case(outC: 20, inC: 18, h: h, w: w, kernel: (kernel, kernel), more: (more.0, more.1), scale: -0.25))
        }
      }
    }
  }

  @Test("conv_gradient goes over tiles where that is less work, whole ones and others", arguments: KernelLevel.all)
  func tiles(level: KernelLevel) {
    for (outC, inC, h, w) in [
      (5, 5, 16, 16), (16, 100, 21, 19), (70, 37, 16, 17), (130, 20, 13, 24), (64, 64, 17, 15), (33, 130, 14, 22),
    ] {
      for more in [(0, 0), (3, 4)] {
        check(level, Case(outC: outC, inC: inC, h: h, w: w, kernel: (3, 3), more: (more.0, more.1), scale: 3))
      }
    }
  }

  @Test("what lies beyond the rows and columns that weights meet is not read", arguments: KernelLevel.all)
  func beyond(level: KernelLevel) {
    for (outC, inC, kernel) in [(20, 18, 3), (20, 3, 3), (3, 20, 3), (20, 18, 1)] {
      check(
        level, Case(outC: outC, inC: inC, h: 15, w: 18, kernel: (kernel, kernel), more: (2, 3)), nanBeyond: true)
    }
  }

  @Test("conv_gradient of a map with itself is its Gram matrix", arguments: KernelLevel.all)
  func gram(level: KernelLevel) {
    for c in [1, 3, 4, 5, 16, 31, 64, 80] {
      for (h, w) in [(1, 1), (7, 5), (12, 17)] {
        check(level, Case(outC: c, inC: c, h: h, w: w, scale: 1 / Float(h * w)), ofItself: true)
      }
    }
  }

  @Test("rounding stays small over many pixels that cancel nothing", arguments: KernelLevel.all)
  func manyPixels(level: KernelLevel) {
    for (outC, inC, kernel) in [(16, 16, 3), (3, 16, 1), (16, 3, 3)] {
      check(level, Case(outC: outC, inC: inC, h: 130, w: 129, kernel: (kernel, kernel)), offset: 3)
    }
  }

  /// - Parameters:
  ///   - offset: added to the numbers of both maps.
  ///   - nanBeyond: no numbers in the rows and columns that src has beyond what is needed.
  private func check(
    _ level: KernelLevel, _ test: Case, ofItself: Bool = false, offset: Float = 0, nanBeyond: Bool = false
  ) {
    func map(_ c: Int, _ h: Int, _ w: Int, seed: UInt64) -> GuardedMap {
      var random = SeededValues(seed: seed)
      let map = GuardedMap(c: c, h: h, w: w, format: .learnt(c), gap: 1)
      map.fill { random.next() + offset }
      return map
    }
    let dy = map(test.outC, test.h, test.w, seed: 3)
    let src = ofItself ? dy : map(test.inC, test.srcH, test.srcW, seed: 4)
    for channel in 0..<src.c where nanBeyond {
      for y in 0..<src.h {
        for x in 0..<src.w where y >= src.h - test.more.h || x >= src.w - test.more.w { src[channel, y, x] = .nan }
      }
    }
    let (exact, sizes) = sums(test, dy, src)
    let name = "\(test)"
    let results = UnitSplit.allCases.map { split in run(level, test, dy, src, split: split, name) }
    results[0].expect(exact, within: sizes.map { (test.mayGoOverTiles ? 4e-6 : 1e-6) * $0 }, name)
    for result in results.dropFirst() where result.bitPatterns != results[0].bitPatterns {
      Issue.record("\(name): the bytes depend on the parts")
    }
  }

  private func run(
    _ level: KernelLevel, _ test: Case, _ dy: GuardedMap, _ src: GuardedMap, split: UnitSplit, _ name: String
  ) -> GuardedMap {
    var (shape, needs) = (test.shape, sth_map_conv_gradient_needs())
    level.maps.conv_gradient_query(&needs, &shape)
    let workspace = GuardedBytes(count: Int(needs.workspace_bytes))
    let result = GuardedMap(
      c: test.outC, h: test.inC, w: test.kernel.h * test.kernel.w, format: .learnt(test.outC), gap: 1)
    var (to, from, through) = (result.map, dy.map, src.map)
    withExtendedLifetime((dy, src)) {
      for part in split.parts(needs.units) {
        level.maps.conv_gradient(&to, &from, &through, &shape, workspace.pointer, part.lowerBound, part.upperBound)
      }
    }
    if let complaint = result.complaint { Issue.record("\(name), \(split): \(complaint)") }
    #expect(workspace.guardsIntact, "\(name): wrote beside the workspace")
    return result
  }

  /// The gradients, and sums of the sizes of what they are sums of.
  private func sums(_ test: Case, _ dy: GuardedMap, _ src: GuardedMap) -> (exact: [Double], sizes: [Double]) {
    let (a, b) = (dy.values.map(Double.init), src.values.map(Double.init))
    let (plane, wide) = (test.h * test.w, src.h * src.w)
    var (exact, sizes): ([Double], [Double]) = ([], [])
    for out in 0..<test.outC {
      for into in 0..<test.inC {
        for tap in 0..<test.kernel.h * test.kernel.w {
          var (sum, size) = (0.0, 0.0)
          for y in 0..<test.h {
            let row = into * wide + (y * test.stride.h + tap / test.kernel.w) * src.w + tap % test.kernel.w
            for x in 0..<test.w {
              let term = a[out * plane + y * test.w + x] * b[row + x * test.stride.w]
              sum += term
              size += abs(term)
            }
          }
          exact.append(sum * Double(test.scale))
          sizes.append(size * Double(abs(test.scale)))
        }
      }
    }
    return (exact, sizes)
  }
}
