// MapConvTests.swift - convolutions on maps: every level, arithmetic and format against a double-precision oracle.
import Kernels
import PluginAPI
import Testing

@Suite struct MapConvTests {
  /// Errors of one channel are measured against the largest sum of magnitudes of its products (algorithms that transform
  /// tiles spread the error of a pixel over its neighbours), and over all pixels against what sums of random signs reach.
  static let f32Bound = 1e-5
  /// Both factors of a product are counted in some thousandths of the largest.
  static let int16Bound = 1e-3
  /// Winograd's transforms add up what was rounded.
  static let transformedInt16Bound = 4e-3
  /// Numbers are rounded to 255ths of the range they take under a tile, weights to 127ths of the largest of a channel.
  static let int8Bound = 2e-2

  /// What is expected of an algorithm, by its name.
  private static func bound(_ name: String) -> Double {
    if name.hasSuffix("f32") { return f32Bound }
    if name.hasPrefix("winograd") { return transformedInt16Bound }
    return name.hasSuffix("int8") ? int8Bound : int16Bound
  }

  static let modes = [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE]

  static let kernels: [Conv2dCase] = [1, 3, 5, 7, 9].flatMap { kernel in
    [1, 2].flatMap { stride in
      modes.map { Conv2dCase(inC: 6, outC: 20, kernel: kernel, stride: stride, pad: kernel / 2, mode: $0, gap: 1) }
    }
  }

  /// Channels around the planar limit and the blocks, on both sides.
  static let channels: [Conv2dCase] = [1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 48, 64, 65].flatMap { count in
    [
      Conv2dCase(inC: count, inH: 5, inW: 7, outC: 33, gap: 3),
      Conv2dCase(inC: count, inH: 7, inW: 9, outC: 3, kernel: 9, pad: 4),
      Conv2dCase(inC: 17, inH: 5, inW: 19, outC: count, relu: true, gap: 1),
      Conv2dCase(inC: 3, inH: 6, inW: 9, outC: count, kernel: 9, pad: 4, affine: true),
      Conv2dCase(inC: count, inH: 9, inW: 6, outC: 16, stride: 2, affine: true, relu: true),
      Conv2dCase(inC: 16, inH: 4, inW: 5, outC: count, kernel: 1, pad: 0),
    ]
  }

  /// Heights and widths around vectors and tiles.
  static let sizes: [Conv2dCase] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 65].flatMap { size in
    [
      Conv2dCase(inC: 16, inH: 3, inW: size, outC: 16, gap: 1),
      Conv2dCase(inC: 7, inH: size, inW: 5, outC: 21, mode: STH_PAD_ZERO, affine: true, relu: true),
      Conv2dCase(inC: 16, inH: 6, inW: size, outC: 17, stride: 2, mode: STH_PAD_ZERO, gap: 2),
      Conv2dCase(inC: 3, inH: 5, inW: size, outC: 16, kernel: 9, pad: 4),
      Conv2dCase(inC: 16, inH: size, inW: 7, outC: 3, kernel: 7, pad: 3, relu: true),
    ]
  }

  /// The lens: enlargement, scale and shift, relu, borders, with and without a bias.
  static let lenses: [Conv2dCase] = [1, 2, 3].flatMap { upsample in
    [(false, false), (false, true), (true, false), (true, true)].flatMap { affine, relu in
      modes.flatMap { mode in
        [
          Conv2dCase(
            inC: 18, inH: 6, inW: 13, outC: 16, mode: mode, upsample: upsample, affine: affine, relu: relu,
            bias: relu, gap: upsample),
          Conv2dCase(
            inC: 3, inH: 4, inW: 7, outC: 5, mode: mode, upsample: upsample, affine: affine, relu: relu, bias: affine),
        ]
      }
    }
  }

  /// Pads larger than the picture, on the smallest pictures.
  static let tinyPictures: [Conv2dCase] = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 2), (1, 5)].flatMap { size in
    modes.flatMap { mode in
      [
        Conv2dCase(inC: 5, inH: size.0, inW: size.1, kernel: 9, pad: 11, mode: mode, affine: true, relu: true),
        Conv2dCase(inC: 16, inH: size.0, inW: size.1, outC: 16, pad: 5, mode: mode, affine: true, relu: true),
        Conv2dCase(inC: 9, inH: size.0, inW: size.1, outC: 6, stride: 2, pad: 7, mode: mode, upsample: 2),
      ]
    }
  }

  /// What does not fit the other lists, and pictures of many units.
  static let oddities: [Conv2dCase] = [
    Conv2dCase(inC: 6, outC: 7, kernel: 3, kernelW: 5, stride: 2, strideW: 1, pad: 2),
    Conv2dCase(inC: 6, inW: 40, outC: 7, kernel: 1, kernelW: 7, stride: 1, strideW: 3, pad: 3),
    Conv2dCase(inC: 5, outC: 16, kernel: 2, stride: 2, pad: 0),
    Conv2dCase(inC: 5, outC: 16, kernel: 4, stride: 2, pad: 1),
    Conv2dCase(inC: 5, outC: 16, kernel: 1, stride: 3, pad: 0),
    Conv2dCase(inC: 16, outC: 16, pad: 0),
    Conv2dCase(inC: 16, outC: 16, outSize: (20, 30)),  // more added at bottom and right than at top and left
    Conv2dCase(inC: 16, outC: 16, pad: 0, outSize: (2, 3)),  // and less
    Conv2dCase(inC: 16, outC: 16, pad: -2, outSize: (4, 5)),  // a crop in the lens
    Conv2dCase(inC: 33, inH: 37, inW: 50, outC: 31, affine: true, relu: true),
    Conv2dCase(inC: 16, inH: 70, inW: 131, outC: 16, gap: 1),
    Conv2dCase(inC: 16, inH: 21, inW: 35, outC: 32, mode: STH_PAD_ZERO, upsample: 2, affine: true, relu: true),
    Conv2dCase(inC: 3, inH: 64, inW: 70, outC: 16, kernel: 9, pad: 4),
    Conv2dCase(inC: 16, inH: 64, inW: 70, outC: 3, kernel: 9, pad: 4, affine: true, relu: true),
    Conv2dCase(inC: 16, inH: 65, inW: 99, outC: 32, stride: 2, affine: true, relu: true),
    Conv2dCase(inC: 130, inH: 9, inW: 14, outC: 129, affine: true, relu: true),
  ]

  /// Transposed convolutions: zeros between the pixels, of kernels of 2, 3 and 4 as networks enlarge with them, and others.
  static let stuffed: [Conv2dCase] = [1, 2, 3, 5, 8, 9, 13].flatMap { size in
    [
      Conv2dCase(inC: 17, inH: 6, inW: size, outC: 19, mode: STH_PAD_ZERO, upsample: 2, stuffed: true, relu: true),
      Conv2dCase(inC: 33, inH: size, inW: 7, outC: 40, mode: STH_PAD_ZERO, upsample: 2, stuffed: true, affine: true),
      Conv2dCase(
        inC: 16, inH: size, inW: 9, outC: 16, mode: STH_PAD_ZERO, upsample: 2, stuffed: true, affine: true, relu: true,
        gap: 1, outSize: (2 * size - 1, 17)),
      Conv2dCase(
        inC: 20, inH: size, inW: 3, outC: 6, kernel: 4, pad: 2, mode: STH_PAD_ZERO, upsample: 2, stuffed: true,
        affine: true, outSize: (2 * size, 6)),
      Conv2dCase(
        inC: 33, inH: 5, inW: size, outC: 32, kernel: 4, pad: 2, mode: STH_PAD_ZERO, upsample: 2, stuffed: true,
        relu: true, outSize: (10, 2 * size)),
      Conv2dCase(inC: 5, inH: 3, inW: size, outC: 8, kernel: 2, mode: STH_PAD_ZERO, upsample: 2, stuffed: true),
      Conv2dCase(inC: 3, inH: size, inW: 4, outC: 16, mode: STH_PAD_ZERO, upsample: 3, stuffed: true, affine: true),
      Conv2dCase(
        inC: 16, inH: size, inW: 4, outC: 3, kernel: 9, pad: 4, mode: STH_PAD_ZERO, upsample: 2, stuffed: true),
      Conv2dCase(inC: 16, inH: 5, inW: size, outC: 16, mode: STH_PAD_REFLECT, upsample: 2, stuffed: true, affine: true),
    ]
  }

  static let cases = stuffed + kernels + channels + sizes + lenses + tinyPictures + oddities

  /// Every arithmetic into every format.
  static func manners(_ test: Conv2dCase) -> [MapConvManner] {
    [STH_ARITHMETIC_F32, STH_ARITHMETIC_INT16, STH_ARITHMETIC_INT8].flatMap { arithmetic in
      MapFormat.all(test.outC).flatMap { format in
        [false, true].map { MapConvManner(arithmetic: arithmetic, format: format, moments: $0) }
      }
    }
  }

  @Test("every level, arithmetic and format agrees with a double-precision oracle", arguments: cases)
  func agreesWithOracle(test: Conv2dCase) {
    for format in MapFormat.all(test.inC) {
      let inputs = MapConvInputs(test, format: format)
      let expected = MapConvOracle(test, inputs)
      for level in KernelLevel.all {
        let table = level.maps
        for manner in Self.manners(test) {
          let outcome = test.run(table, inputs, manner)
          let name = "\(level.testDescription), \(format) in \(manner)"
          #expect(outcome.map.complaint == nil, "\(name): \(outcome.map.complaint ?? "")")
          let apart = expected.compare(outcome.map)
          let bound = Self.bound(outcome.algorithm)
          #expect(apart.largest <= bound && apart.noise <= bound, "\(name), \(outcome.algorithm): \(apart)")
          if manner.moments { checkMoments(outcome, name) }
        }
      }
    }
  }

  /// The records against the elements as written; a level may gather them before it rounds to bfloat16.
  private func checkMoments(_ outcome: MapConvOutcome, _ name: String) {
    for channel in 0..<outcome.map.c {
      let exact = MapStatistics(outcome.map, channel: channel)
      let told = MapStatistics(records: outcome.records, units: outcome.units, c: outcome.map.c, channel: channel)
      let rounding = outcome.map.format.isBf16 ? 0x1p-8 : 0
      let power = exact.variance + exact.mean * exact.mean
      #expect(told.count == exact.count, "\(name): pixels counted")
      let meanBound = (4e-6 + rounding) * power.squareRoot() + 1e-12
      #expect(abs(told.mean - exact.mean) <= meanBound, "\(name): \(told) is not \(exact)")
      let varianceBound =
        1e-5 * exact.variance + 1e-10 * power + 2 * rounding * (exact.variance * power).squareRoot()
        + rounding * rounding * power + 1e-12
      #expect(abs(told.variance - exact.variance) <= varianceBound, "\(name): \(told) is not \(exact)")
    }
  }

  static let largeCases = [
    Conv2dCase(inC: 16, inH: 70, inW: 131, outC: 9), Conv2dCase(inC: 3, inH: 33, inW: 20, outC: 16, kernel: 9, pad: 4),
    Conv2dCase(inC: 16, inH: 33, inW: 40, outC: 3, kernel: 9, pad: 4),
    Conv2dCase(inC: 33, inH: 19, inW: 23, outC: 65, affine: true, relu: true),
    Conv2dCase(inC: 5, inH: 40, inW: 61, outC: 17, stride: 2, affine: true, relu: true),
    Conv2dCase(inC: 8, inH: 17, inW: 60, outC: 8, mode: STH_PAD_ZERO, upsample: 2),
    Conv2dCase(inC: 33, inH: 17, inW: 60, outC: 33, mode: STH_PAD_ZERO, upsample: 2, stuffed: true, affine: true),
  ]

  @Test("any division of the units gives the same bytes and records", arguments: KernelLevel.all)
  func splitsAgree(level: KernelLevel) {
    for test in Self.largeCases {
      for manner in Self.manners(test) {
        for format in MapFormat.all(test.inC) {
          let inputs = MapConvInputs(test, format: format)
          let whole = test.run(level.maps, inputs, manner)
          for split in UnitSplit.allCases {
            let parts = test.run(level.maps, inputs, manner, split: split)
            #expect(parts.map.bitPatterns == whole.map.bitPatterns, "\(test.testDescription), \(manner): \(split)")
            let same = parts.records.values.map(\.bitPattern) == whole.records.values.map(\.bitPattern)
            #expect(same, "\(test.testDescription), \(manner): \(split), records")
          }
        }
      }
    }
  }

  @Test("weights packed for one size of picture serve another of the same algorithm", arguments: KernelLevel.all)
  func packedWeightsServeAnySize(level: KernelLevel) {
    let table = level.maps
    for manner in Self.manners(Conv2dCase(outC: 13)) {
      func packed(_ test: Conv2dCase) -> (algorithm: UInt32, bytes: [UInt8]) {
        var shape = test.shape(.blocked, manner)
        var needs = sth_map_conv_needs()
        table.conv_query(&needs, &shape)
        let memory = GuardedBytes(count: Int(needs.packed_bytes))
        let inputs = MapConvInputs(Conv2dCase(inC: 5, inH: 1, inW: 1, outC: 13), format: .blocked)
        table.conv_pack(memory.pointer, inputs.weights, inputs.bias, &shape)
        return (needs.algorithm, Array(UnsafeRawBufferPointer(start: memory.pointer, count: Int(needs.packed_bytes))))
      }
      let sizes = [(4, 5), (9, 40), (90, 200), (200, 300)]
      let all = sizes.map { packed(Conv2dCase(inC: 5, inH: $0.0, inW: $0.1, outC: 13)) }
      for (index, one) in all.enumerated() {
        for other in all[..<index] where other.algorithm == one.algorithm { #expect(other.bytes == one.bytes) }
      }
    }
  }

  @Test("sums of integers do not overflow where every product is as large as can be", arguments: KernelLevel.all)
  func largestSums(level: KernelLevel) {
    let cases = [
      Conv2dCase(inC: 520, inH: 9, inW: 10, outC: 17, mode: STH_PAD_REPLICATE),
      Conv2dCase(inC: 260, inH: 5, inW: 6, outC: 17, kernel: 5, pad: 2, mode: STH_PAD_REPLICATE),
      Conv2dCase(inC: 96, inH: 9, inW: 10, outC: 3, kernel: 9, pad: 4, mode: STH_PAD_REPLICATE),
      Conv2dCase(inC: 66_400, inH: 1, inW: 2, outC: 3, kernel: 1, pad: 0),  // of bytes they would
    ]
    for test in cases {
      for sign in [-1, 1] as [Float] {
        let weights = Array(repeating: 0.1 * sign, count: test.weightCount)
        let inputs = MapConvInputs(test, format: .blocked, number: 3.0, weights: weights)
        let expected = MapConvOracle(test, inputs)
        for manner in Self.manners(test) {
          let apart = expected.compare(test.run(level.maps, inputs, manner).map)
          #expect(apart.largest <= 2e-2, "\(test.testDescription), \(manner): \(apart)")
        }
      }
    }
  }

  @Test(
    "transposed convolutions as networks enlarge with them go through Winograd tiles",
    arguments: KernelLevel.all.dropFirst())
  func stuffedAlgorithm(level: KernelLevel) {
    for kernel in 2...5 {
      let test = Conv2dCase(
        inC: 16, outC: 16, kernel: kernel, pad: kernel / 2, mode: STH_PAD_ZERO, upsample: 2, stuffed: true,
        outSize: (18, 22))
      var shape = test.shape(.blocked, MapConvManner(arithmetic: STH_ARITHMETIC_F32, format: .blocked))
      var needs = sth_map_conv_needs()
      level.maps.conv_query(&needs, &shape)
      #expect(String(cString: needs.name).hasPrefix("winograd") == (kernel < 5), "a kernel of \(kernel)")
    }
  }

  @Test("what a table multiplies is what it says, and float32 always is")
  func arithmetics() {
    for level in KernelLevel.all { #expect(level.maps.arithmetics & 1 << STH_ARITHMETIC_F32 != 0) }
    #expect(KernelLevel(level: STH_CPU_REFERENCE).maps.arithmetics == 1 << STH_ARITHMETIC_F32)
  }
}
