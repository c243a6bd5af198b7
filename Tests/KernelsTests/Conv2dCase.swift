// Conv2dCase.swift - one convolution to test: its shape, its lens, and the memory it runs in.
import Kernels
import PluginAPI
import Testing

/// A convolution of pseudo-random numbers.
struct Conv2dCase: CustomTestStringConvertible, Sendable {
  var inC = 3
  var inH = 9
  var inW = 11
  var outC = 4
  var kernel = 3
  var kernelW: Int?
  var stride = 1
  var strideW: Int?
  var pad = 1
  var mode = UInt32(STH_PAD_REFLECT)
  var upsample = 1
  /// Zeros between the pixels instead of repetitions; on maps only.
  var stuffed = false
  var affine = false
  var relu = false
  var bias = true
  var misaligned = 0
  var gap = 0
  /// Output size; the full one, as frameworks count it, where nil.
  var outSize: (h: Int, w: Int)?

  var kernelH: Int { kernel }
  var kernelWidth: Int { kernelW ?? kernel }
  var strideH: Int { stride }
  var strideWidth: Int { strideW ?? stride }
  var weightCount: Int { outC * inC * kernelH * kernelWidth }
  var outH: Int { outSize?.h ?? max(0, (inH * upsample + 2 * pad - kernelH) / strideH + 1) }
  var outW: Int { outSize?.w ?? max(0, (inW * upsample + 2 * pad - kernelWidth) / strideWidth + 1) }

  var testDescription: String {
    "\(inC)x\(inH)x\(inW) -> \(outC)x\(outH)x\(outW), kernel \(kernelH)x\(kernelWidth), stride \(strideH)x\(strideWidth),"
      + " pad \(pad) mode \(mode), up \(upsample)\(stuffed ? " stuffed" : "")\(affine ? ", affine" : "")\(relu ? ", relu" : "")"
      + "\(bias ? ", bias" : ""), misaligned \(misaligned), gap \(gap)"
  }

  var shape: sth_conv2d {
    sth_conv2d(
      struct_size: UInt32(MemoryLayout<sth_conv2d>.size), pad_mode: mode, in_c: Int32(inC), in_h: Int32(inH),
      in_w: Int32(inW), out_c: Int32(outC), out_h: Int32(outH), out_w: Int32(outW), kernel_h: Int32(kernelH),
      kernel_w: Int32(kernelWidth), stride_h: Int32(strideH), stride_w: Int32(strideWidth), pad_top: Int32(pad),
      pad_left: Int32(pad), upsample: Int32(upsample), in_relu: relu ? 1 : 0)
  }
}

/// Numbers of a case, the same for every level.
struct Conv2dInputs {
  let source: GuardedPlanes
  let weights: [Float]
  let bias: [Float]
  let scale: [Float]
  let shift: [Float]
}

extension Conv2dInputs {
  init(_ test: Conv2dCase) {
    var random = SeededValues(seed: 11)
    source = GuardedPlanes(c: test.inC, h: test.inH, w: test.inW, misaligned: test.misaligned, gap: test.gap)
    source.fill { random.next() }
    weights = random.array(test.outC * test.inC * test.kernelH * test.kernelWidth)
    bias = random.array(test.outC)
    scale = random.array(test.inC)
    shift = random.array(test.inC)
  }
}

/// How the units of a run are divided among calls.
enum UnitSplit: CaseIterable { case whole, ones, backwardsHalves }

extension Conv2dCase {
  /// Runs the case through a table, watching every border.
  func run(_ table: sth_kernels, _ inputs: Conv2dInputs, split: UnitSplit = .whole) -> GuardedPlanes {
    var shape = shape
    var needs = sth_conv2d_needs()
    needs.struct_size = UInt32(MemoryLayout<sth_conv2d_needs>.size)
    table.conv2d_f32_query(&needs, &shape)
    let packed = GuardedBytes(count: Int(needs.packed_bytes))
    let workspace = GuardedBytes(count: Int(needs.workspace_bytes))
    let result = GuardedPlanes(c: outC, h: outH, w: outW, misaligned: misaligned, gap: gap)
    inputs.weights.withUnsafeBufferPointer { table.conv2d_f32_pack(packed.pointer, $0.baseAddress, &shape) }

    withOperands(inputs, result, packed, workspace) { operands in
      let units = needs.units
      switch split {
      case .whole: table.conv2d_f32(operands, &shape, 0, units)
      case .ones: for unit in 0..<units { table.conv2d_f32(operands, &shape, unit, unit + 1) }
      case .backwardsHalves:
        table.conv2d_f32(operands, &shape, units / 2, units)
        table.conv2d_f32(operands, &shape, 0, units / 2)
      }
    }
    #expect(packed.guardsIntact, "wrote beside the packed weights")
    #expect(workspace.guardsIntact, "wrote beside the workspace")
    #expect(result.guardsIntact, "wrote beside the result")
    #expect(inputs.source.guardsIntact, "wrote beside the source")
    return result
  }

  private func withOperands(
    _ inputs: Conv2dInputs, _ result: GuardedPlanes, _ packed: GuardedBytes, _ workspace: GuardedBytes,
    _ body: (UnsafePointer<sth_conv2d_operands>) -> Void
  ) {
    inputs.bias.withUnsafeBufferPointer { biasValues in
      inputs.scale.withUnsafeBufferPointer { scaleValues in
        inputs.shift.withUnsafeBufferPointer { shiftValues in
          var operands = sth_conv2d_operands(
            struct_size: UInt32(MemoryLayout<sth_conv2d_operands>.size), reserved: 0, dst: result.planes,
            src: inputs.source.planes, packed: UnsafeRawPointer(packed.pointer),
            bias: bias ? biasValues.baseAddress : nil, in_scale: affine ? scaleValues.baseAddress : nil,
            in_shift: affine ? shiftValues.baseAddress : nil, workspace: workspace.pointer)
          withExtendedLifetime((inputs.source, result, packed, workspace)) { body(&operands) }
        }
      }
    }
  }
}
