// MapDepthwiseTests.swift - convolutions of each channel by itself against a double-precision oracle.
import Kernels
import PluginAPI
import Testing

@Suite struct MapDepthwiseTests {
  /// A kernel, its strides, and the padding on every side.
  struct Kernel: Sendable {
    var size: (h: Int, w: Int)
    var stride = (h: 1, w: 1)
    var pad = (y: 0, x: 0)
  }

  static let kernels: [Kernel] = [
    Kernel(size: (1, 1)), Kernel(size: (3, 3), pad: (1, 1)), Kernel(size: (3, 3), stride: (2, 2), pad: (1, 1)),
    Kernel(size: (2, 5), stride: (1, 3), pad: (0, 4)), Kernel(size: (4, 4), stride: (2, 2), pad: (1, 2)),
    Kernel(size: (7, 7), pad: (3, 3)), Kernel(size: (3, 3), pad: (5, 7)), Kernel(size: (3, 1), pad: (-1, 0)),
  ]

  static let sizes = [(1, 1), (2, 2), (5, 3), (1, 17), (4, 33), (9, 16)]

  @Test("depthwise sums what its kernel sees of its own channel", arguments: KernelLevel.all)
  func depthwise(level: KernelLevel) {
    for c in [1, 3, 4, 5, 16, 17, 40] {
      for format in MapFormat.possible(c) {
        for (index, (h, w)) in Self.sizes.enumerated() {
          let source = GuardedMap(c: c, h: h, w: w, format: format, gap: 1)
          for (number, kernel) in Self.kernels.enumerated() {
            let options = (index + number) % 4
            let read = MapReading(source, affine: options & 1 != 0, relu: options & 2 != 0, seed: 31)
            let lensed = read.values
            for mode in MapConvTests.modes { check(level, read, lensed, kernel, mode, bias: (index + c) % 2 == 0) }
          }
        }
      }
    }
  }

  private func check(
    _ level: KernelLevel, _ read: MapReading, _ values: [Double], _ kernel: Kernel, _ mode: UInt32, bias: Bool
  ) {
    let (c, h, w) = (read.map.c, read.map.h, read.map.w)
    let (size, stride, pad) = (kernel.size, kernel.stride, kernel.pad)
    let (outH, outW) = ((h + 2 * pad.y - size.h) / stride.h + 1, (w + 2 * pad.x - size.w) / stride.w + 1)
    guard h + 2 * pad.y >= size.h && w + 2 * pad.x >= size.w else { return }
    var random = SeededValues(seed: 5)
    let biases = ChannelVector(random.array(c))
    let lanes = (c + 15) / 16 * 16
    let weights = ChannelVector((0..<size.h * size.w * lanes).map { $0 % lanes < c ? random.next() : 0 })

    var (exact, bounds): ([Double], [Double]) = ([], [])
    for channel in 0..<c {
      for y in 0..<outH {
        for x in 0..<outW {
          var sum = bias ? Double(biases.pointer[channel]) : 0
          var magnitude = abs(sum)
          for tap in 0..<size.h * size.w {
            let row = Conv2dCase.walk(y * stride.h + tap / size.w - pad.y, h, mode)
            let column = Conv2dCase.walk(x * stride.w + tap % size.w - pad.x, w, mode)
            guard let row, let column else { continue }
            let term = Double(weights.pointer[tap * lanes + channel]) * values[(channel * h + row) * w + column]
            sum += term
            magnitude += abs(term)
          }
          exact.append(sum)
          bounds.append(1e-6 * magnitude + 1e-7)
        }
      }
    }

    var conv = sth_map_depthwise(
      kernel_h: Int32(size.h), kernel_w: Int32(size.w), stride_h: Int32(stride.h), stride_w: Int32(stride.w),
      pad_top: Int32(pad.y), pad_left: Int32(pad.x), pad_mode: mode, weights: weights.pointer,
      bias: bias ? UnsafePointer(biases.pointer) : nil)
    var source = read.source
    let name = "\(kernel), mode \(mode), of \(c)x\(h)x\(w) \(read.map.format)"
    let result = withExtendedLifetime((read, weights, biases)) {
      GuardedMap.written(c: c, h: outH, w: outW, format: read.map.format, name) {
        level.maps.depthwise($0, &source, &conv, $1, $2)
      }
    }
    result.expect(exact, within: bounds, name)
  }
}
