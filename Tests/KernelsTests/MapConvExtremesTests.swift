// MapConvExtremesTests.swift - convolutions on maps of numbers that are none, or nearly none.
import Kernels
import PluginAPI
import Testing

@Suite struct MapConvExtremesTests {
  /// Each algorithm: both sizes of Winograd tiles, behind an enlargement too; folded; direct from a picture and from a map.
  static let cases = [
    Conv2dCase(inC: 20, inH: 9, inW: 10, outC: 21), Conv2dCase(inC: 33, inH: 9, inW: 10, outC: 33),
    Conv2dCase(inC: 20, inH: 9, inW: 10, outC: 21, upsample: 2),
    Conv2dCase(inC: 20, inH: 9, inW: 10, outC: 3, kernel: 9, pad: 4),
    Conv2dCase(inC: 3, inH: 9, inW: 10, outC: 20, kernel: 9, pad: 4),
    Conv2dCase(inC: 20, inH: 9, inW: 10, outC: 21, stride: 2, affine: true, relu: true),
  ]

  @Test(
    "pixels that are no numbers, or huge or tiny ones, spoil no memory beside the map",
    arguments: [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude])
  func extremePixels(number: Float) {
    for test in Self.cases {
      for format in MapFormat.all(test.inC) {
        let inputs = MapConvInputs(test, format: format)
        inputs.source[0, 0, 0] = number
        inputs.source[test.inC - 1, 4, 7] = -number
        for level in KernelLevel.all {
          for manner in MapConvTests.manners(test) {
            let complaint = test.run(level.maps, inputs, manner).map.complaint(numbersAreFinite: false) ?? ""
            #expect(complaint == "", "\(test.testDescription), \(level.testDescription), \(manner)")
          }
        }
      }
    }
  }

  @Test("of weights and pixels of zero every output is the bias", arguments: cases)
  func zeros(test: Conv2dCase) {
    let zeros = Array(repeating: Float(0), count: test.weightCount)
    for (number, weights) in [(0, nil), (nil, zeros)] as [(Float?, [Float]?)] where !test.affine || weights != nil {
      let inputs = MapConvInputs(test, format: MapFormat.all(test.inC)[0], number: number, weights: weights)
      for level in KernelLevel.all {
        for manner in MapConvTests.manners(test) where !manner.format.isBf16 {
          let map = test.run(level.maps, inputs, manner).map
          let expected = inputs.bias.flatMap { Array(repeating: $0, count: test.outH * test.outW) }
          #expect(map.values == expected, "\(level.testDescription), \(manner)")
        }
      }
    }
  }

  @Test("a weight that is no number leaves no number in its channel, whatever the arithmetic", arguments: cases)
  func weightIsNoNumber(test: Conv2dCase) {
    for weight in [Float.nan, .infinity] {
      var inputs = MapConvInputs(test, format: MapFormat.all(test.inC)[0], number: 1)
      inputs.weights[inputs.weights.count / 2] = weight
      let channel = test.outC / 2
      for level in KernelLevel.all {
        for manner in MapConvTests.manners(test) {
          let map = test.run(level.maps, inputs, manner).map
          let finite = (0..<test.outH).reduce(0) { count, y in
            count + (0..<test.outW).count { map[channel, y, $0].isFinite }
          }
          #expect(finite == 0, "\(weight), \(level.testDescription), \(manner): \(finite) numbers")
        }
      }
    }
  }

  @Test("a weight so small that a step of it is rounded keeps its sign", arguments: KernelLevel.all)
  func tinyWeight(level: KernelLevel) {
    let test = Conv2dCase(inC: 16, inH: 5, inW: 6, outC: 17, kernel: 5, pad: 2, bias: false)
    var weights = Array(repeating: Float(0), count: test.weightCount)
    weights[0] = Float(bitPattern: 45_673)  // of the smallest number there is: not quite two for each of 32767 steps
    let inputs = MapConvInputs(test, format: .blocked, number: 1e35, weights: weights)
    for manner in MapConvTests.manners(test) {
      let values = test.run(level.maps, inputs, manner).map.values.prefix(test.outH * test.outW)
      #expect(values.allSatisfy { $0 > 3e-6 && $0 < 8e-6 }, "\(manner): \(values[0]), not 6.4e-6")
    }
  }

  @Test(
    "the largest pictures there can be are cut into units of bounded memory", arguments: KernelLevel.all.dropFirst())
  func largestPictures(level: KernelLevel) {
    for (h, w) in [(1, 2_000_000_000), (2_000_000_000, 1), (46_340, 46_340)] {
      for (inC, outC, kernel) in [(3, 64, 9), (64, 3, 9), (64, 64, 3), (64, 64, 5)] {
        let test = Conv2dCase(inC: inC, inH: h, inW: w, outC: outC, kernel: kernel, pad: kernel / 2)
        for manner in MapConvTests.manners(test) {
          var shape = test.shape(MapFormat.all(inC)[0], manner)
          var needs = sth_map_conv_needs()
          level.maps.conv_query(&needs, &shape)
          #expect(needs.units > 0 && needs.workspace_bytes < 16 << 20, "\(test.testDescription), \(manner)")
        }
      }
    }
  }
}
