// Gives every buffer its place: in the caller's images, or in one arena.
import Kernels

/// Places and strides of all buffers of a plan.
struct MemoryPlan {
  /// Where a buffer lives.
  enum Place: Equatable {
    case input(Int)
    case output(Int)
    /// Bytes from the start of the arena.
    case arena(Int)
    /// Bytes from the start of the scratch file.
    case scratch(Int)
    /// Some rows at a time, in the arena: number of the window.
    case window(Int)
  }

  /// Distances in elements.
  struct Strides: Equatable {
    var c: Int, h: Int
  }

  private(set) var places: [Place]
  let strides: [Strides]
  /// How many records of statistics a buffer for them holds; bytes of one that is packed.
  let recordUnits: [Int: Int]
  /// Of the arena.
  private(set) var bytes = 0

  /// Boundaries that buffers and wide rows start on, in bytes.
  static let alignment = 64

  /// - Parameter needs: of the passes, in their order.
  init(_ lowering: Lowering, needs: [PassNeeds]) {
    strides = lowering.buffers.map(Self.strides)
    recordUnits = Self.recordUnits(lowering, needs: needs)
    places = lowering.buffers.map { buffer in
      if let input = buffer.input { return .input(input) }
      if let output = buffer.output { return .output(output) }
      return .arena(0)
    }
    let blocks = blocks(lowering)
    let layout = ArenaLayout(blocks.map(\.block))
    for (block, offset) in zip(blocks, layout.offsets) {
      for buffer in block.buffers { places[buffer] = .arena(offset) }
    }
    bytes = layout.bytes
  }

  /// A plan that has been made elsewhere.
  init(places: [Place], strides: [Strides], recordUnits: [Int: Int], bytes: Int) {
    (self.places, self.strides, self.recordUnits, self.bytes) = (places, strides, recordUnits, bytes)
  }

  static func roundUp(_ value: Int, _ multiple: Int) -> Int { (value + multiple - 1) / multiple * multiple }

  /// Channels with the lanes of the last vector.
  static func padded(_ channels: Int) -> Int { roundUp(channels, Int(STH_MAP_LANES)) }

  /// Rows start on a boundary where that costs little. Neither rows nor planes are a multiple of 4096 bytes apart, since
  /// kernels walk over both and equal low address bits would fight for the same few cache lines.
  static func strides(_ buffer: Lowering.Buffer) -> Strides {
    let (shape, lanes) = (buffer.shape, Int(STH_MAP_LANES))
    guard buffer.isBlocked else {
      let h = shape.w >= lanes ? roundUp(shape.w, lanes) : shape.w
      return Strides(c: apart(roundUp(h * shape.h, lanes), 4), h: h)
    }
    let h = apart(shape.w * lanes, buffer.elementBytes)
    return Strides(c: apart(h * shape.h, buffer.elementBytes), h: h)
  }

  /// `elements`, or the next multiple of a boundary that is not a multiple of 4096 bytes.
  private static func apart(_ elements: Int, _ elementBytes: Int) -> Int {
    apart(bytes: elements * elementBytes) / elementBytes
  }

  /// The same in bytes; 0 stays 0.
  static func apart(bytes: Int) -> Int {
    let bytes = roundUp(bytes, alignment)
    return bytes > 0 && bytes % 4096 == 0 ? bytes + alignment : bytes
  }

  /// Bytes of all channels of one row of a map.
  func rowBytes(_ buffer: Lowering.Buffer) -> Int {
    buffer.shape.w * (buffer.isBlocked ? Self.padded(buffer.shape.c) : buffer.shape.c) * buffer.elementBytes
  }

  static func recordUnits(_ lowering: Lowering, needs: [PassNeeds]) -> [Int: Int] {
    var units: [Int: Int] = [:]
    for (pass, needs) in zip(lowering.passes, needs) {
      if let records = pass.records { units[records] = needs.units }
      if needs.destinationBytes > 0 { units[pass.destination] = needs.destinationBytes }
    }
    return units
  }

  /// Memory that a buffer takes.
  func bytes(of buffer: Int, in lowering: Lowering) -> Int {
    Self.bytes(lowering.buffers[buffer], strides: strides[buffer], recordUnits: recordUnits[buffer] ?? 0)
  }

  /// Memory that a buffer of `strides` takes.
  static func bytes(_ buffer: Lowering.Buffer, strides: Strides, recordUnits: Int) -> Int {
    let shape = buffer.shape
    let bytes =
      switch buffer.content {
      case .map: buffer.planes * strides.c * buffer.elementBytes
      case .coefficients: 2 * padded(shape.c) * 4
      case .vector: padded(shape.c) * 4
      case .packed: recordUnits
      case .records: recordUnits * Int(sth_map_moments_floats(Int32(shape.c))) * 4
      }
    // Vector loops may read up to 64 bytes past the end of a row.
    return roundUp(bytes + alignment, alignment)
  }

  /// The memory of all buffers in the arena, and which buffers share it because one takes over that of the other.
  private func blocks(_ lowering: Lowering) -> [(block: ArenaLayout.Block, buffers: [Int])] {
    var lastRead = Array(repeating: -1, count: places.count)
    for (time, pass) in lowering.passes.enumerated() {
      for target in pass.targets { lastRead[target] = max(lastRead[target], time) }
      for read in pass.reads(writing: lowering.buffers[pass.destination].shape) {
        lastRead[read.buffer] = max(lastRead[read.buffer], time)
      }
    }
    var blocks: [(block: ArenaLayout.Block, buffers: [Int])] = []
    var blockOfBuffer: [Int: Int] = [:]
    for (time, pass) in lowering.passes.enumerated() {
      for target in pass.targets {
        guard case .arena = places[target] else { continue }
        let shape = lowering.buffers[target].shape
        let replaced = pass.replaceable.first { source in
          lastRead[source] == time && lowering.buffers[source].shape == shape && blockOfBuffer[source] != nil
        }
        if let replaced, let block = blockOfBuffer[replaced] {
          blocks[block].buffers.append(target)
          blocks[block].block.last = lastRead[target]
          blockOfBuffer[target] = block
          continue
        }
        blockOfBuffer[target] = blocks.count
        let block = ArenaLayout.Block(bytes: bytes(of: target, in: lowering), first: time, last: lastRead[target])
        blocks.append((block, [target]))
      }
    }
    return blocks
  }
}

extension Pass {
  /// All buffers it writes.
  var targets: [Int] {
    guard let records, records != destination else { return [destination] }
    return [destination, records]
  }
}
