// Conv2dBenchmark.swift - what the convolutions of a style network cost at each level: a judge for twins, run on demand.
//
//   STYLEHOST_BENCH=1 swift test -c release --filter Conv2dBenchmark
import Dispatch
import Foundation
import Kernels
import PluginAPI
import Testing

@Suite struct Conv2dBenchmark {
  /// A layer of the Johnson network of width 32 at 512x512, and how often it occurs.
  struct Layer {
    let name: String
    let count: Int
    let test: Conv2dCase

    var flops: Double {
      2 * Double(test.outC * test.inC * test.kernelH * test.kernelWidth) * Double(test.outH * test.outW)
    }
  }

  static let johnson: [Layer] = [
    Layer(name: "3->32 9x9", count: 1, test: Conv2dCase(inC: 3, inH: 512, inW: 512, outC: 32, kernel: 9, pad: 4)),
    layer("32->64 3x3 /2", 1, inC: 32, size: 512, outC: 64, stride: 2),
    layer("64->128 3x3 /2", 1, inC: 64, size: 256, outC: 128, stride: 2),
    layer("128->128 3x3", 10, inC: 128, size: 128, outC: 128),
    layer("128->64 3x3 up", 1, inC: 128, size: 128, outC: 64, upsample: 2),
    layer("64->32 3x3 up", 1, inC: 64, size: 256, outC: 32, upsample: 2),
    Layer(
      name: "32->3 9x9", count: 1,
      test: Conv2dCase(inC: 32, inH: 512, inW: 512, outC: 3, kernel: 9, pad: 4, affine: true, relu: true)),
  ]

  private static func layer(
    _ name: String, _ count: Int, inC: Int, size: Int, outC: Int, stride: Int = 1, upsample: Int = 1
  ) -> Layer {
    Layer(
      name: name, count: count,
      test: Conv2dCase(
        inC: inC, inH: size, inW: size, outC: outC, stride: stride, upsample: upsample, affine: true, relu: true))
  }

  @Test(
    "Johnson layers at every level, one and two threads",
    .enabled(if: ProcessInfo.processInfo.environment["STYLEHOST_BENCH"] != nil, "a measurement, not a check"))
  func johnsonLayers() {
    let levels = KernelLevel.all.reversed()
    for threads in [1, 2] {
      var totals = [Double](repeating: 0, count: levels.count)
      for layer in Self.johnson {
        let inputs = Conv2dInputs(layer.test)
        var line = "\(threads) threads  " + layer.name.padding(toLength: 16, withPad: " ", startingAt: 0)
        for (index, level) in levels.enumerated() {
          let seconds = Self.seconds(layer.test, level.table, inputs, threads, runs: level.level == 0 ? 1 : 7)
          totals[index] += seconds * Double(layer.count)
          line += String(
            format: "  %@ %8.2f ms %6.1f GFLOP/s", level.testDescription, seconds * 1e3, layer.flops / seconds / 1e9)
        }
        print(line)
      }
      print("\(threads) threads  network         ", totals.map { String(format: "%8.1f ms", $0 * 1e3) })
    }
  }

  /// The least time of several runs.
  static func seconds(
    _ test: Conv2dCase, _ table: sth_kernels, _ inputs: Conv2dInputs, _ threads: Int, runs: Int
  ) -> Double {
    var shape = test.shape
    var needs = sth_conv2d_needs()
    table.conv2d_f32_query(&needs, &shape)
    let packed = GuardedBytes(count: Int(needs.packed_bytes))
    let workspaces = (0..<threads).map { _ in GuardedBytes(count: Int(needs.workspace_bytes)) }
    let result = GuardedPlanes(c: test.outC, h: test.outH, w: test.outW)
    inputs.weights.withUnsafeBufferPointer { table.conv2d_f32_pack(packed.pointer, $0.baseAddress, &shape) }
    let scale = GuardedPlanes(c: 1, h: 1, w: test.inC)
    scale.fill { 0.5 }
    let parts = workspaces.map { workspace in
      PartOfRun(
        operands: sth_conv2d_operands(
          struct_size: UInt32(MemoryLayout<sth_conv2d_operands>.size), reserved: 0, dst: result.planes,
          src: inputs.source.planes, packed: UnsafeRawPointer(packed.pointer), bias: nil,
          in_scale: test.affine ? UnsafePointer(scale.planes.data) : nil,
          in_shift: test.affine ? UnsafePointer(scale.planes.data) : nil, workspace: workspace.pointer), shape: shape,
        table: table)
    }
    let units = needs.units
    var best = Double.infinity
    withExtendedLifetime((inputs, packed, workspaces, result, scale)) {
      for _ in 0..<runs {
        let start = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
          parts[thread].run(stride(from: Int32(thread), to: units, by: threads))
        }
        let elapsed = start.duration(to: .now)
        best = min(best, Double(elapsed.components.attoseconds) * 1e-18 + Double(elapsed.components.seconds))
      }
    }
    return best
  }

  // SAFETY: the memory behind the pointers outlives the run, and threads write different units.
  private struct PartOfRun: @unchecked Sendable {
    var operands: sth_conv2d_operands
    let shape: sth_conv2d
    let table: sth_kernels

    func run(_ units: some Sequence<Int32>) {
      var (operands, shape) = (operands, shape)
      for unit in units { table.conv2d_f32(&operands, &shape, unit, unit + 1) }
    }
  }
}
