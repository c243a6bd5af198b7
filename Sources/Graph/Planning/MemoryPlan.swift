// Gives every buffer its place: in the caller's images, or in one arena where lifetimes that do not meet share memory.

/// Places and strides of all buffers of a plan.
struct MemoryPlan {
  /// Where a buffer lives.
  enum Place: Equatable {
    case input(Int)
    case output(Int)
    /// Bytes from the start of the arena.
    case arena(Int)
  }

  /// Distances in elements.
  struct Strides: Equatable {
    var c: Int, h: Int
  }

  private(set) var places: [Place]
  let strides: [Strides]
  /// Of the arena.
  private(set) var bytes = 0

  /// Boundaries that buffers and wide rows start on, in bytes.
  static let alignment = 64

  init(_ lowering: Lowering) {
    strides = lowering.buffers.map { Self.strides($0.shape) }
    places = lowering.buffers.map { buffer in
      if let input = buffer.input { return .input(input) }
      if let output = buffer.output { return .output(output) }
      return .arena(0)
    }
    place(Self.blocks(lowering, places: places, strides: strides))
  }

  /// Rows start on a boundary where that costs little; planes are not a multiple of 4096 bytes apart, since kernels walk
  /// over the planes of a pixel and equal low address bits would fight for the same few cache lines.
  static func strides(_ shape: ValueShape) -> Strides {
    let h = shape.w >= 16 ? roundUp(shape.w, 16) : shape.w
    let c = roundUp(h * shape.h, 16)
    return Strides(c: c % 1024 == 0 ? c + 16 : c, h: h)
  }

  static func roundUp(_ value: Int, _ multiple: Int) -> Int { (value + multiple - 1) / multiple * multiple }

  /// Memory that is alive from one pass to another.
  private struct Block {
    var buffers: [Int]
    let bytes: Int
    let first: Int
    var last: Int
    var offset = 0
  }

  private static func blocks(_ lowering: Lowering, places: [Place], strides: [Strides]) -> [Block] {
    var lastRead = Array(repeating: -1, count: places.count)
    for (time, pass) in lowering.passes.enumerated() {
      lastRead[pass.destination] = max(lastRead[pass.destination], time)
      for read in pass.reads(writing: lowering.buffers[pass.destination].shape) {
        lastRead[read.buffer] = max(lastRead[read.buffer], time)
      }
    }
    var blocks: [Block] = []
    var blockOfBuffer: [Int: Int] = [:]
    for (time, pass) in lowering.passes.enumerated() {
      let target = pass.destination
      guard case .arena = places[target] else { continue }
      let shape = lowering.buffers[target].shape
      let replaced = pass.replaceable.first { source in
        lastRead[source] == time && lowering.buffers[source].shape == shape && blockOfBuffer[source] != nil
      }
      if let replaced, let block = blockOfBuffer[replaced] {
        blocks[block].buffers.append(target)
        blocks[block].last = lastRead[target]
        blockOfBuffer[target] = block
        continue
      }
      // Vector loops may read up to 64 bytes past the end of a row.
      let bytes = roundUp(shape.c * strides[target].c * 4 + alignment, alignment)
      blockOfBuffer[target] = blocks.count
      blocks.append(Block(buffers: [target], bytes: bytes, first: time, last: lastRead[target]))
    }
    return blocks
  }

  /// Largest first, each into the smallest gap that is free for its whole life.
  private mutating func place(_ blocks: [Block]) {
    var placed: [Block] = []
    for var block in blocks.sorted(by: { ($1.bytes, $0.first) < ($0.bytes, $1.first) }) {
      let neighbours = placed.filter { $0.first <= block.last && block.first <= $0.last }
        .sorted { $0.offset < $1.offset }
      var best: (gap: Int, offset: Int)?
      var end = 0
      for neighbour in neighbours {
        let gap = neighbour.offset - end
        if gap >= block.bytes && gap < best?.gap ?? .max { best = (gap, end) }
        end = max(end, neighbour.offset + neighbour.bytes)
      }
      block.offset = best?.offset ?? end
      bytes = max(bytes, block.offset + block.bytes)
      for buffer in block.buffers { places[buffer] = .arena(block.offset) }
      placed.append(block)
    }
  }
}
