// PointwiseTests.swift - apply and clamp, element by element.
import Kernels
import PluginAPI
import Testing

@Suite struct PointwiseTests {
  static let widths = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 67]

  /// Which of the three planes are one.
  enum Aliasing: CaseIterable { case none, source, addend }

  @Test("apply scales, shifts, clips and adds within 3 roundings, also in place", arguments: KernelLevel.all)
  func apply(level: KernelLevel) {
    for width in Self.widths {
      for (affine, relu, aliasing) in Self.options {
        for adds in [false, true] where adds || aliasing != .addend {
          check(level, width, affine: affine, relu: relu, adds: adds, aliasing: aliasing)
        }
      }
    }
  }

  private static let options: [(Bool, Bool, Aliasing)] = [false, true].flatMap { affine in
    [false, true].flatMap { relu in Aliasing.allCases.map { (affine, relu, $0) } }
  }

  private func check(_ level: KernelLevel, _ width: Int, affine: Bool, relu: Bool, adds: Bool, aliasing: Aliasing) {
    var random = SeededValues(seed: 21)
    let source = GuardedPlanes(c: 3, h: 2, w: width, misaligned: 1, gap: 1)
    let addend = GuardedPlanes(c: 3, h: 2, w: width, misaligned: 2, gap: 3)
    source.fill { random.next() }
    addend.fill { random.next() }
    let scale = random.array(3)
    let shift = random.array(3)
    let separate = GuardedPlanes(c: 3, h: 2, w: width, misaligned: 3)
    let result =
      switch aliasing {
      case .none: separate
      case .source: source
      case .addend: addend
      }
    let before = (source.values, addend.values)
    var (dst, src, add) = (result.planes, source.planes, addend.planes)
    let flags = relu ? UInt32(STH_APPLY_RELU) : 0
    withExtendedLifetime((source, addend, result)) {
      withUnsafePointer(to: &add) { addPointer in
        let added = adds ? addPointer : nil
        if affine {
          level.table.apply_f32(&dst, &src, scale, shift, added, flags, 0, 2)
          level.table.apply_f32(&dst, &src, scale, shift, added, flags, 2, 3)
        } else {
          level.table.apply_f32(&dst, &src, nil, nil, added, flags, 0, 3)
        }
      }
    }
    #expect(result.guardsIntact && result.fullyWritten)
    for (index, value) in result.values.enumerated() {
      let channel = index / (2 * width)
      var expected = Double(before.0[index])
      if affine { expected = expected * Double(scale[channel]) + Double(shift[channel]) }
      if relu { expected = max(expected, 0) }
      if adds { expected += Double(before.1[index]) }
      #expect(abs(Double(value) - expected) <= 3 * 0x1p-23, "width \(width), \(aliasing)")
    }
  }

  @Test("without scale, shift and addend apply copies bits", arguments: KernelLevel.all)
  func applyCopies(level: KernelLevel) {
    let source = GuardedPlanes(c: 1, h: 1, w: 21)
    var random = SeededValues(seed: 2)
    source.fill { random.next() * 1e30 }
    source[0, 0, 3] = .infinity
    let result = GuardedPlanes(c: 1, h: 1, w: 21)
    var (dst, src) = (result.planes, source.planes)
    withExtendedLifetime((source, result)) { level.table.apply_f32(&dst, &src, nil, nil, nil, 0, 0, 1) }
    #expect(result.bitPatterns == source.bitPatterns)
  }

  @Test("clamp limits, keeps what is inside, and turns NaN into the lower limit", arguments: KernelLevel.all)
  func clamp(level: KernelLevel) {
    for width in Self.widths {
      for inPlace in [false, true] {
        var random = SeededValues(seed: 9)
        let source = GuardedPlanes(c: 2, h: 3, w: width, misaligned: 1, gap: 1)
        source.fill { random.next() * 3 }
        if width > 4 {
          source[0, 1, 4] = .nan
          source[1, 2, 0] = .infinity
          source[1, 0, 2] = -.infinity
        }
        let before = source.values
        let result = inPlace ? source : GuardedPlanes(c: 2, h: 3, w: width, misaligned: 7)
        var (dst, src) = (result.planes, source.planes)
        withExtendedLifetime((source, result)) { level.table.clamp_f32(&dst, &src, -0.5, 1.25, 0, 2) }
        #expect(result.guardsIntact)
        #expect(result.values == before.map { $0.isNaN ? -0.5 : min(max($0, -0.5), 1.25) })
      }
    }
  }
}
