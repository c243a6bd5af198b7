// MapConvCase.swift - one convolution on maps to test: its shape, its formats, and the memory it runs in.
import Kernels
import PluginAPI
import Testing

/// The numbers of a convolution on maps, the same for every level.
struct MapConvInputs {
  let source: GuardedMap
  var weights: [Float]
  let bias: [Float]
  let scale: [Float]
  let shift: [Float]

  /// - Parameter number: that fills the source; random ones without.
  init(_ test: Conv2dCase, format: MapFormat, number: Float? = nil, weights known: [Float]? = nil) {
    var random = SeededValues(seed: 11)
    source = GuardedMap(c: test.inC, h: test.inH, w: test.inW, format: format, gap: test.gap)
    source.fill { number ?? random.next() }
    weights = known ?? random.array(test.weightCount)
    bias = random.array(test.outC)
    scale = random.array(test.inC)
    shift = random.array(test.inC)
  }

  /// The same numbers for the oracle.
  var planes: Conv2dInputs {
    let planes = GuardedPlanes(c: source.c, h: source.h, w: source.w)
    for ci in 0..<source.c {
      for y in 0..<source.h { for x in 0..<source.w { planes[ci, y, x] = source[ci, y, x] } }
    }
    return Conv2dInputs(source: planes, weights: weights, bias: bias, scale: scale, shift: shift)
  }
}

/// A way of computing a convolution: what of, and into what.
struct MapConvManner: CustomStringConvertible {
  let arithmetic: UInt32
  let format: MapFormat
  var moments = false

  var description: String {
    "\(["f32", "int16", "int8"][Int(arithmetic)]) to \(format)\(moments ? " with moments" : "")"
  }
}

/// What a run leaves behind.
struct MapConvOutcome {
  /// What the table says it did.
  let algorithm: String
  let map: GuardedMap
  let units: Int
  let records: ChannelVector
}

extension Conv2dCase {
  func shape(_ source: MapFormat, _ manner: MapConvManner) -> sth_map_conv {
    sth_map_conv(
      conv: shape, src_format: source.rawValue, dst_format: manner.format.rawValue, arithmetic: manner.arithmetic,
      moments: manner.moments ? 1 : 0, stuffed: stuffed ? 1 : 0)
  }

  /// Runs the case through a table, watching every border.
  func run(_ table: sth_map_kernels, _ inputs: MapConvInputs, _ manner: MapConvManner, split: UnitSplit = .whole)
    -> MapConvOutcome
  {
    var shape = shape(inputs.source.format, manner)
    var needs = sth_map_conv_needs()
    table.conv_query(&needs, &shape)
    let packed = GuardedBytes(count: Int(needs.packed_bytes))
    let workspace = GuardedBytes(count: Int(needs.workspace_bytes))
    let map = GuardedMap(c: outC, h: outH, w: outW, format: manner.format, gap: gap)
    let records = ChannelVector(count: Int(needs.units) * Int(sth_map_moments_floats(Int32(outC))))
    table.conv_pack(packed.pointer, inputs.weights, bias ? inputs.bias : nil, &shape)

    let (scale, shift) = (ChannelVector(inputs.scale), ChannelVector(inputs.shift))
    var operands = sth_map_conv_operands(
      dst: map.map, src: inputs.source.map, packed: UnsafeRawPointer(packed.pointer),
      in_scale: affine ? UnsafePointer(scale.pointer) : nil, in_shift: affine ? UnsafePointer(shift.pointer) : nil,
      moments: manner.moments ? records.pointer : nil, workspace: workspace.pointer)
    withExtendedLifetime((inputs.source, map, packed, workspace, scale, shift)) {
      for units in split.parts(needs.units) { table.conv(&operands, &shape, units.lowerBound, units.upperBound) }
    }
    #expect(packed.guardsIntact, "wrote beside the packed weights")
    #expect(workspace.guardsIntact, "wrote beside the workspace")
    #expect(records.guardsIntact, "wrote beside the records")
    #expect(inputs.source.complaint == nil, "the source: \(inputs.source.complaint ?? "")")
    return MapConvOutcome(
      algorithm: String(cString: needs.name), map: map, units: Int(needs.units), records: records)
  }
}

extension UnitSplit {
  /// The calls that 0 ..< units are divided into.
  func parts(_ units: Int32) -> [Range<Int32>] {
    switch self {
    case .whole: [0..<units]
    case .ones: (0..<units).map { $0..<$0 + 1 }
    case .backwardsHalves: [units / 2..<units, 0..<units / 2]
    }
  }
}
