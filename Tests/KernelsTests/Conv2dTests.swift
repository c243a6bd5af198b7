// Conv2dTests.swift - convolutions of every shape, at every level, against a double-precision oracle.
import Kernels
import PluginAPI
import Testing

@Suite struct Conv2dTests {
  /// Unit roundoff of float32.
  static let roundoff = 0x1p-24

  /// Kernel sizes, strides and pad modes together.
  static let kernels: [Conv2dCase] = [1, 3, 5, 7, 9].flatMap { kernel in
    [1, 2].flatMap { stride in
      [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE].map { mode in
        Conv2dCase(kernel: kernel, stride: stride, pad: kernel / 2, mode: mode)
      }
    }
  }

  /// Channel counts around the register blocks, on both sides.
  static let channels: [Conv2dCase] = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 32].flatMap { count in
    [
      Conv2dCase(inC: count, inH: 5, inW: 7, outC: 3),
      Conv2dCase(inC: 2, inH: 5, inW: 19, outC: count, relu: true, misaligned: 1, gap: 3),
    ]
  }

  /// Widths around the vector and the register block.
  static let widths: [Conv2dCase] = [
    1, 2, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 63, 64, 65, 95, 97, 113, 130, 259,
  ].flatMap { width in
    [
      Conv2dCase(inC: 2, inH: 3, inW: width, outC: 9, misaligned: 3, gap: 1),
      Conv2dCase(inC: 2, inH: 3, inW: width, outC: 3, kernel: 5, pad: 2, affine: true, gap: 5),
      Conv2dCase(inC: 1, inH: 4, inW: width, outC: 8, stride: 2, mode: STH_PAD_ZERO, misaligned: 5),
    ]
  }

  /// Pads larger than the picture, on the smallest pictures.
  static let tinyPictures: [Conv2dCase] = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 2), (1, 5)].flatMap { size in
    [STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE].flatMap { mode in
      [
        Conv2dCase(inC: 2, inH: size.0, inW: size.1, kernel: 9, pad: 11, mode: mode, affine: true, relu: true),
        Conv2dCase(inC: 3, inH: size.0, inW: size.1, kernel: 3, stride: 2, pad: 7, mode: mode, upsample: 2),
      ]
    }
  }

  /// The lens: enlargement, scale and shift, relu, with and without a bias.
  static let lenses: [Conv2dCase] = [1, 2, 3].flatMap { upsample in
    [(false, false), (false, true), (true, false), (true, true)].flatMap { affine, relu in
      [true, false].flatMap { bias in
        [STH_PAD_ZERO, STH_PAD_REFLECT].map { mode in
          Conv2dCase(
            inC: 3, inH: 6, inW: 21, outC: 5, mode: mode, upsample: upsample, affine: affine, relu: relu, bias: bias,
            misaligned: upsample, gap: 2)
        }
      }
    }
  }

  /// What does not fit the other lists.
  static let oddities: [Conv2dCase] = [
    Conv2dCase(kernel: 3, kernelW: 5, stride: 2, strideW: 1, pad: 2),
    Conv2dCase(inW: 40, kernel: 1, kernelW: 7, stride: 1, strideW: 3, pad: 3),
    Conv2dCase(kernel: 2, kernelW: 2, stride: 2, pad: 0),
    Conv2dCase(kernel: 1, stride: 3, pad: 0),
    Conv2dCase(pad: 1, outSize: (20, 30)),  // more added at bottom and right than at top and left
    Conv2dCase(pad: 0, outSize: (2, 3)),  // and less
    Conv2dCase(pad: -2, outSize: (4, 5)),  // a crop in the lens
    Conv2dCase(inH: 40, inW: 70, outC: 2, kernel: 9, pad: 4, upsample: 3),
    Conv2dCase(outC: 0),
    Conv2dCase(inC: 0),
    Conv2dCase(outSize: (0, 5)),
    Conv2dCase(outSize: (5, 0)),
    Conv2dCase(inH: 0, inW: 0, mode: STH_PAD_ZERO, outSize: (3, 4)),
    Conv2dCase(inC: 33, inH: 20, inW: 50, outC: 13, affine: true, relu: true),
  ]

  static let cases = kernels + channels + widths + tinyPictures + lenses + oddities

  @Test("every level agrees with a double-precision oracle within 2 K + 3 roundings", arguments: cases)
  func agreesWithOracle(test: Conv2dCase) {
    let inputs = Conv2dInputs(test)
    let expected = test.oracle(inputs)
    // A chain of K fused or separate multiply-adds after a lens of two roundings.
    let terms = Double(test.inC * test.kernelH * test.kernelWidth)
    let slack = (2 * terms + 3) * Self.roundoff
    // The lens may cancel: its own rounding is relative to |u scale| + |shift| <= 2, not to the result.
    let lensError = test.affine ? 4 * terms * Self.roundoff : 0
    for level in KernelLevel.all {
      let result = test.run(level.table, inputs)
      #expect(result.fullyWritten)
      var worst = 0.0
      for (index, value) in result.values.enumerated() {
        let bound = slack * expected.magnitudes[index] + lensError
        worst = max(worst, abs(Double(value) - expected.values[index]) / max(bound, .leastNormalMagnitude))
      }
      #expect(worst <= 1, "\(level.testDescription): \(worst) times the bound")
    }
  }

  @Test("any division of the units gives the same bytes", arguments: KernelLevel.all)
  func splitsAgree(level: KernelLevel) {
    let cases = [
      Conv2dCase(inC: 3, inH: 70, inW: 131, outC: 9), Conv2dCase(inC: 2, inH: 33, inW: 20, outC: 3, kernel: 9, pad: 4),
      Conv2dCase(inC: 5, inH: 40, inW: 61, outC: 17, stride: 2, affine: true, relu: true),
      Conv2dCase(inC: 4, inH: 17, inW: 300, outC: 8, mode: STH_PAD_ZERO, upsample: 2),
    ]
    for test in cases {
      let inputs = Conv2dInputs(test)
      let whole = test.run(level.table, inputs).bitPatterns
      for split in UnitSplit.allCases {
        #expect(test.run(level.table, inputs, split: split).bitPatterns == whole, "\(test.testDescription): \(split)")
      }
    }
  }

  @Test("weights packed for one size of picture serve another", arguments: KernelLevel.all)
  func packedWeightsServeAnySize(level: KernelLevel) {
    let table = level.table
    let small = Conv2dCase(inC: 5, inH: 4, inW: 5, outC: 13)
    let large = Conv2dCase(inC: 5, inH: 90, inW: 200, outC: 13)
    let weights = Conv2dInputs(small).weights
    func packed(_ test: Conv2dCase) -> [UInt8] {
      var shape = test.shape
      var needs = sth_conv2d_needs()
      table.conv2d_f32_query(&needs, &shape)
      let memory = GuardedBytes(count: Int(needs.packed_bytes))
      weights.withUnsafeBufferPointer { table.conv2d_f32_pack(memory.pointer, $0.baseAddress, &shape) }
      return Array(UnsafeRawBufferPointer(start: memory.pointer, count: Int(needs.packed_bytes)))
    }
    #expect(packed(small) == packed(large))
  }
}
