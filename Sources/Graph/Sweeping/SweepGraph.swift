// The passes of a plan as sweeps see them: which of them follow row by row, and which have to wait for all of a picture.
import Kernels
import PluginAPI

/// What is needed to plan sweeps: passes that give rows, and passes in between that need all there is.
///
/// A *sweep* is one walk over the picture from top to bottom, in which passes hand rows to each other. Statistics of a
/// whole picture are there at the end of a sweep only: what is normalised by them belongs to a later sweep. The stage of a pass
/// is the first sweep that can run it.
struct SweepGraph {
  /// A pass.
  struct Node {
    let destination: Int
    /// The buffer for statistics of what it writes; the destination itself where that is all it writes.
    let records: Int?
    /// What it reads but for statistics, whose records are among it.
    let reads: [BufferRead]
    let needs: PassNeeds
    /// Runs at once, before the sweep of its stage: what it writes has no rows to wait for.
    let isInstant: Bool
    /// Time that it takes for all rows, as an estimate.
    let nanoseconds: Double
    var stage = 0
  }

  /// A buffer.
  struct Store {
    let height: Int
    /// Memory that all of it takes.
    let bytes: Int
    /// It has rows that follow each other, and is no image of the caller.
    let isBanded: Bool
    /// An image of the caller, which is all there.
    let isInput: Bool, isOutput: Bool
    /// It has rows that sweeps walk over: also an image of the caller.
    var hasRows: Bool { isBanded || (isInput || isOutput) && height > 1 }
    /// The stage of what writes it; of one without rows, the sweep before which it is ready.
    var stage = 0
    /// All of it has to be kept: someone reads it before any sweep could hand over its rows.
    var isKept = false
  }

  private(set) var nodes: [Node] = []
  private(set) var stores: [Store]
  /// Sweeps that there are.
  private(set) var count = 1

  init(_ lowering: Lowering, needs: [PassNeeds]) {
    stores = lowering.buffers.map { buffer in
      let isMap = if case .map = buffer.content { true } else { false }
      let isCaller = buffer.input != nil || buffer.output != nil
      return Store(
        height: buffer.shape.h,
        bytes: isMap ? MemoryPlan.bytes(buffer, strides: MemoryPlan.strides(buffer), recordUnits: 0) : 0,
        isBanded: isMap && buffer.shape.h > 1 && !isCaller, isInput: buffer.input != nil,
        isOutput: buffer.output != nil)
    }
    for (pass, needs) in zip(lowering.passes, needs) {
      add(pass, needs, lowering.buffers)
    }
  }

  private mutating func add(_ pass: any Pass, _ needs: PassNeeds, _ buffers: [Lowering.Buffer]) {
    let target = buffers[pass.destination]
    let reads = pass.reads(writing: target.shape)
    let isInstant =
      switch target.content {
      case .map: target.shape.h == 1
      case .coefficients, .vector, .packed: true
      case .records: reads.allSatisfy { $0.region.h == 1 }
      }
    let touched = ([pass.destination] + reads.map(\.buffer)).reduce(0) { $0 + stores[$1].bytes }
    var node = Node(
      destination: pass.destination, records: pass.records,
      reads: reads.filter { if case .statistics = $0.reach { false } else { true } }, needs: needs,
      isInstant: isInstant,
      nanoseconds: SweepCost.compute(multiplyAdds: needs.multiplyAdds, bytes: touched))
    for read in node.reads { node.stage = max(node.stage, stageToRead(read, by: node)) }
    if let records = node.records { stores[records].stage = isInstant ? node.stage : node.stage + 1 }
    if node.records != node.destination { stores[node.destination].stage = node.stage }
    count = max(count, isInstant ? node.stage : node.stage + 1)
    nodes.append(node)
  }

  /// The first sweep in which, or before which, `node` can read.
  private mutating func stageToRead(_ read: BufferRead, by node: Node) -> Int {
    let store = stores[read.buffer]
    if store.isInput { return 0 }
    guard store.hasRows else { return store.stage }
    let isWhole = if case .whole = read.reach { true } else { false }
    guard node.isInstant || isWhole else { return store.stage }
    stores[read.buffer].isKept = true
    return store.stage + 1
  }

  /// Whether all of a buffer is there when its sweep is over: because it has no rows, or is the caller's, or is kept.
  func isWhole(_ buffer: Int, keeping kept: [Bool]) -> Bool { !stores[buffer].isBanded || kept[buffer] }

  /// Whether a pass runs in a sweep for its own sake: what it makes stays, or is counted for statistics.
  func isDue(_ pass: Int, in sweep: Int, keeping kept: [Bool]) -> Bool {
    let node = nodes[pass]
    return node.stage == sweep && (node.records != nil || isWhole(node.destination, keeping: kept))
  }

  /// The passes with rows that run in each sweep, in order, where `kept` buffers stay and all others are made again whenever
  /// someone reads them.
  func sweeps(keeping kept: [Bool]) -> [[Int]] {
    var needed = Array(repeating: false, count: stores.count)
    return (0..<count).map { sweep in
      for index in needed.indices { needed[index] = false }
      var running: [Int] = []
      for (index, node) in nodes.enumerated().reversed() where !node.isInstant && node.stage <= sweep {
        guard needed[node.destination] || isDue(index, in: sweep, keeping: kept) else { continue }
        running.append(index)
        for read in node.reads where stores[read.buffer].isBanded {
          if !(kept[read.buffer] && stores[read.buffer].stage < sweep) { needed[read.buffer] = true }
        }
      }
      return running.reversed()
    }
  }

  /// The passes that run before sweep `sweep`; after the last one where it is `count`.
  func instants(before sweep: Int) -> [Int] {
    nodes.indices.filter { nodes[$0].isInstant && nodes[$0].stage == sweep }
  }
}
