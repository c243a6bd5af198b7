// Where the buffers of a plan in sweeps lie: windows and numbers in memory, what is kept in memory or in a scratch file.
import PluginAPI

/// A plan in sweeps with the places of its buffers.
struct SweepLayout {
  /// Rows of a buffer that is not kept.
  struct Window {
    let buffer: Int
    /// Rows that fit, in every sweep.
    let rows: Int
    let memory: RowMemory
    /// Where the memory begins, by sweep.
    var offsets: [Int: Int] = [:]
  }

  let graph: SweepGraph
  let kept: [Bool]
  let bands: [SweepBands]
  private(set) var windows: [Window] = []
  /// Kept in the scratch file: buffer, where it begins, how it lies.
  private(set) var spilled: [(buffer: Int, offset: Int, memory: RowMemory)] = []
  let memory: MemoryPlan
  /// Of the scratch file.
  let scratchBytes: Int

  /// Rows of the tallest buffer that a band has at first.
  private static let bandRows = 64
  /// Bands of fewer rows save little: passes work on whole tiles, and deep ones have many rows of a picture under each of theirs.
  private static let thinRows = 16
  /// Rows that a pass makes at a time where it is asked for a few.
  private static let fewRows = 4
  /// Turns of a pass in a sweep: a plan is as long as all of them, however high the picture is.
  private static let mostTurns = 4096

  /// - Parameters:
  ///   - allowance: bytes that buffers should take in memory.
  ///   - most: bytes that they may take where less is not possible.
  /// - Throws: no memory, where windows of a few rows are too much.
  init(
    _ lowering: Lowering, needs: [PassNeeds], allowance: Int, most: Int, tooLarge: (_ bytes: Int) -> GraphError
  ) throws(GraphError) {
    graph = SweepGraph(lowering, needs: needs)
    kept = graph.choice()
    let sweeps = graph.sweeps(keeping: kept)
    let tallest = graph.stores.map(\.height).max() ?? 1
    let most = max(allowance, most)
    guard most > 0 else { throw tooLarge(0) }
    var least = Int.max
    for (grain, limit) in Self.attempts(tallest: tallest, allowance: allowance, most: most) {
      let (graph, kept) = (graph, kept)
      let bands = sweeps.enumerated().map { SweepBands(graph, $1, sweep: $0, keeping: kept, grain) }
      var draft = Draft(lowering, needs: needs, graph: graph, sweeps: sweeps, kept: kept, bands: bands)
      least = min(least, draft.bytes)
      guard draft.bytes <= limit else { continue }
      draft.keepInMemory(within: allowance)
      self.bands = bands
      (windows, spilled, memory, scratchBytes) = draft.finished()
      return
    }
    throw tooLarge(least)
  }

  /// How passes may take turns, and what windows may take then: thinner and thinner bands, then a few rows when they are asked for,
  /// then as few as there can be.
  private static func attempts(
    tallest: Int, allowance: Int, most: Int
  ) -> [(grain: SweepBands.Grain, limit: Int)] {
    func count(_ rows: Int) -> Int { (tallest + rows - 1) / rows }
    var bands: [Int] = []
    for rows in [bandRows, bandRows / 2, thinRows] where bands.last != count(rows) { bands.append(count(rows)) }
    let least = max(count(mostTurns), 1)
    var rows = [SweepBands.Grain.rows(max(fewRows, least), bands: count(thinRows))]
    if least < fewRows { rows.append(.rows(least, bands: count(least))) }
    return (allowance > 0 ? bands.map { (.bands($0), allowance) } : []) + rows.map { ($0, most) }
  }
}

/// Blocks of memory with the sweeps they live in, before they have places.
private struct Draft {
  private let lowering: Lowering
  private let recordUnits: [Int: Int]
  private let kept: [Bool]
  private var strides: [MemoryPlan.Strides]
  private var windows: [SweepLayout.Window] = []
  /// What a block of memory is for: numbers of a window and sweep, or a buffer.
  private enum Tenant {
    case window(Int, sweep: Int)
    case buffers([Int])
  }
  private var tenants: [Tenant] = []
  private var blocks: [ArenaLayout.Block] = []
  /// Kept buffers that are in no block yet.
  private var outside: [SweepTenants] = []

  init(
    _ lowering: Lowering, needs: [PassNeeds], graph: SweepGraph, sweeps: [[Int]], kept: [Bool], bands: [SweepBands]
  ) {
    self.lowering = lowering
    self.kept = kept
    recordUnits = MemoryPlan.recordUnits(lowering, needs: needs)
    strides = lowering.buffers.map(MemoryPlan.strides)
    for buffer in graph.stores.indices where graph.stores[buffer].isBanded && !kept[buffer] {
      add(windowOf: buffer, bands)
    }
    let lives = Self.lives(graph, sweeps)
    let reads = graph.rereads(sweeps, keeping: kept)
    for (buffer, life) in lives.sorted(by: { ($0.value.lowerBound, $0.key) < ($1.value.lowerBound, $1.key) }) {
      let store = graph.stores[buffer]
      if store.isInput || store.isOutput || store.isBanded && !kept[buffer] { continue }
      let bytes = MemoryPlan.bytes(
        lowering.buffers[buffer], strides: strides[buffer], recordUnits: recordUnits[buffer] ?? 0)
      let block = ArenaLayout.Block(bytes: bytes, first: life.lowerBound, last: life.upperBound)
      if kept[buffer] {
        keep(buffer, block, touches: reads[buffer] + 1, graph, bands)
      } else {
        tenants.append(.buffers([buffer]))
        blocks.append(block)
      }
    }
  }

  /// Adds a kept buffer: to the memory of one whose last sweep is its first, where that can be.
  private mutating func keep(
    _ buffer: Int, _ block: ArenaLayout.Block, touches: Int, _ graph: SweepGraph, _ bands: [SweepBands]
  ) {
    let facts = lowering.buffers[buffer]
    for (number, tenants) in outside.enumerated() where tenants.block.last == block.first {
      guard let last = tenants.buffers.last, lowering.buffers[last].shape == facts.shape,
        lowering.buffers[last].content == facts.content,
        bands[block.first].canInherit(
          buffer, from: last, in: graph, isInPlace: { lowering.passes[$0].replaceable.contains(last) })
      else { continue }
      outside[number].buffers.append(buffer)
      outside[number].block.last = block.last
      outside[number].touches += touches
      return
    }
    outside.append(SweepTenants(buffers: [buffer], block: block, touches: touches))
  }

  /// In memory, so far.
  var bytes: Int { ArenaLayout(blocks).bytes }

  private mutating func add(windowOf buffer: Int, _ bands: [SweepBands]) {
    var part = lowering.buffers[buffer]
    let rows = bands.compactMap { $0.windows[buffer]?.rows }.max() ?? 0
    guard rows > 0 else { return }
    part.shape.h = rows
    strides[buffer] = MemoryPlan.strides(part)
    let bytes = MemoryPlan.bytes(part, strides: strides[buffer], recordUnits: 0)
    for (sweep, bands) in bands.enumerated() where bands.windows[buffer] != nil {
      tenants.append(.window(windows.count, sweep: sweep))
      blocks.append(ArenaLayout.Block(bytes: bytes, first: sweep, last: sweep))
    }
    windows.append(SweepLayout.Window(buffer: buffer, rows: rows, memory: rowMemory(buffer)))
  }

  private func rowMemory(_ buffer: Int) -> RowMemory {
    let elementBytes = lowering.buffers[buffer].elementBytes
    return RowMemory(
      planes: lowering.buffers[buffer].planes, planeBytes: strides[buffer].c * elementBytes,
      rowBytes: strides[buffer].h * elementBytes)
  }

  /// The sweeps in which each buffer is written or read.
  private static func lives(_ graph: SweepGraph, _ sweeps: [[Int]]) -> [Int: ClosedRange<Int>] {
    var lives: [Int: ClosedRange<Int>] = [:]
    func touch(_ node: SweepGraph.Node, at time: Int) {
      for buffer in [node.destination] + [node.records].compactMap(\.self) + node.reads.map(\.buffer) {
        let life = lives[buffer] ?? time...time
        lives[buffer] = min(life.lowerBound, time)...max(life.upperBound, time)
      }
    }
    for (sweep, running) in sweeps.enumerated() { for index in running { touch(graph.nodes[index], at: sweep) } }
    for node in graph.nodes where node.isInstant { touch(node, at: node.stage) }
    return lives
  }

  /// Takes kept buffers into memory as long as there is room, those first that are touched most often.
  mutating func keepInMemory(within allowance: Int) {
    outside.sort { ($1.touches, $0.block.bytes) < ($0.touches, $1.block.bytes) }
    var rest: [SweepTenants] = []
    for candidate in outside {
      if ArenaLayout(blocks + [candidate.block]).bytes <= allowance {
        tenants.append(.buffers(candidate.buffers))
        blocks.append(candidate.block)
      } else {
        rest.append(candidate)
      }
    }
    outside = rest
  }

  func finished() -> (
    windows: [SweepLayout.Window], spilled: [(buffer: Int, offset: Int, memory: RowMemory)], memory: MemoryPlan,
    scratchBytes: Int
  ) {
    var windows = windows
    var places = lowering.buffers.map { buffer -> MemoryPlan.Place in
      buffer.input.map { .input($0) } ?? buffer.output.map { .output($0) } ?? .arena(0)
    }
    let layout = ArenaLayout(blocks)
    for (tenant, offset) in zip(tenants, layout.offsets) {
      switch tenant {
      case .buffers(let buffers): for buffer in buffers { places[buffer] = .arena(offset) }
      case .window(let window, let sweep):
        places[windows[window].buffer] = .window(window)
        windows[window].offsets[sweep] = offset
      }
    }
    // Whole pages each, so that one can be let go of without its neighbour.
    let file = ArenaLayout(
      outside.map { kept in
        ArenaLayout.Block(
          bytes: MemoryPlan.roundUp(kept.block.bytes, ScratchFile.page), first: kept.block.first,
          last: kept.block.last)
      })
    var spilled: [(buffer: Int, offset: Int, memory: RowMemory)] = []
    for (kept, offset) in zip(outside, file.offsets) {
      for buffer in kept.buffers {
        places[buffer] = .scratch(offset)
        spilled.append((buffer, offset, rowMemory(buffer)))
      }
    }
    let memory = MemoryPlan(places: places, strides: strides, recordUnits: recordUnits, bytes: layout.bytes)
    return (windows, spilled, memory, outside.isEmpty ? 0 : file.bytes)
  }
}
