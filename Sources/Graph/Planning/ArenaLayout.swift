// Places blocks of memory in one arena, where those whose lifetimes do not meet share it.

/// Offsets of blocks, and the size of what holds them all.
struct ArenaLayout {
  /// Memory that is alive from one point in time to another, both included.
  struct Block {
    let bytes: Int
    let first: Int
    var last: Int
  }

  /// Of the blocks, in their order.
  private(set) var offsets: [Int]
  /// Of the arena.
  private(set) var bytes = 0

  /// Largest first, each into the smallest gap that is free for its whole life. Offsets are multiples of what all sizes are
  /// multiples of.
  init(_ blocks: [Block]) {
    offsets = Array(repeating: 0, count: blocks.count)
    var placed: [Int] = []
    let order = blocks.indices.sorted { (blocks[$1].bytes, blocks[$0].first) < (blocks[$0].bytes, blocks[$1].first) }
    for index in order {
      let block = blocks[index]
      let neighbours = placed.filter { blocks[$0].first <= block.last && block.first <= blocks[$0].last }
        .sorted { offsets[$0] < offsets[$1] }
      var best: (gap: Int, offset: Int)?
      var end = 0
      for neighbour in neighbours {
        let gap = offsets[neighbour] - end
        if gap >= block.bytes && gap < best?.gap ?? .max { best = (gap, end) }
        end = max(end, offsets[neighbour] + blocks[neighbour].bytes)
      }
      offsets[index] = best?.offset ?? end
      bytes = max(bytes, offsets[index] + block.bytes)
      placed.append(index)
    }
  }
}
