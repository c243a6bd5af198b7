// One sweep, band by band: which units of which pass run, and which rows of which buffer are at hand.

/// A sweep cut into bands. Passes of a band run in their order; each makes the rows that later ones need to make the next part
/// of what the sweep is for, and no row twice.
struct SweepBands {
  /// Some units of a pass.
  struct Run {
    let pass: Int
    let units: Range<Int>
  }

  /// The rows of a buffer that are at hand, band by band.
  struct Window {
    /// Rows below these are not read any more after the band.
    var keptFrom: [Int]
    /// Rows that have been written, at least in part, after the band.
    var writtenTo: [Int]
    /// Rows that are complete after the band.
    var completeTo: [Int]
    /// Whether passes of this sweep write it.
    var isWritten = false

    /// Rows that must fit into memory at once.
    var rows: Int {
      var most = 0
      for band in writtenTo.indices {
        most = max(most, writtenTo[band] - (band == 0 ? 0 : keptFrom[band - 1]))
      }
      return most
    }
  }

  /// Of each band.
  private(set) var runs: [[Run]] = []
  /// Of each buffer with rows that takes part, images of the caller included.
  private(set) var windows: [Int: Window] = [:]

  /// - Parameters:
  ///   - running: the passes with rows of this sweep, in order.
  ///   - count: bands to cut it into, at least 1.
  init(_ graph: SweepGraph, _ running: [Int], sweep: Int, keeping kept: [Bool], count: Int) {
    var progress = Array(repeating: 0, count: graph.nodes.count)
    for band in 0..<count {
      var wanted: [Int: Int] = [:]
      var read: [Int: Int] = [:]
      var runs: [Run] = []
      for index in running.reversed() {
        let node = graph.nodes[index]
        let isDue = node.stage == sweep && (node.records != nil || graph.isWhole(node.destination, keeping: kept))
        let height = node.records == node.destination ? graph.rows(of: node) : graph.stores[node.destination].height
        let due = isDue ? (height * (band + 1) + count - 1) / count : 0
        let rows = max(due, wanted[node.destination] ?? 0)
        let end = min(max(node.needs.tiling.units(completing: rows), progress[index]), node.needs.units)
        let units = progress[index]..<end
        progress[index] = end
        guard !units.isEmpty else { continue }
        runs.append(Run(pass: index, units: units))
        let made = node.needs.tiling.rows(of: units)
        for source in node.reads where graph.hasRows(source.buffer) {
          let rows = source.reach.rows(made, of: source.region.h)
          guard !rows.isEmpty else { continue }
          wanted[source.buffer] = max(wanted[source.buffer] ?? 0, rows.upperBound)
          read[source.buffer] = min(read[source.buffer] ?? .max, rows.lowerBound)
        }
      }
      self.runs.append(runs.reversed())
      note(graph, running, read: read, progress: progress, band: band, of: count)
    }
    for buffer in windows.keys { windows[buffer]?.close() }
  }

  /// Keeps what is known after a band; `keptFrom` is at first the lowest row that the band itself reads.
  private mutating func note(
    _ graph: SweepGraph, _ running: [Int], read: [Int: Int], progress: [Int], band: Int, of count: Int
  ) {
    for index in running {
      let node = graph.nodes[index]
      guard graph.hasRows(node.destination) else { continue }
      let (height, tiling) = (graph.stores[node.destination].height, node.needs.tiling)
      let isDone = progress[index] == node.needs.units
      // In place: the arrays are as long as there are bands.
      windows[node.destination, default: Window(bands: count)].wrote(
        upTo: min(tiling.rows(of: 0..<progress[index]).upperBound, height),
        complete: isDone ? height : min(tiling.completeRows(after: progress[index]), height), in: band)
    }
    for (buffer, row) in read {
      windows[buffer, default: Window(bands: count)].keptFrom[band] = row
    }
  }
}

extension SweepBands.Window {
  fileprivate init(bands: Int) {
    keptFrom = Array(repeating: .max, count: bands)
    writtenTo = Array(repeating: 0, count: bands)
    completeTo = writtenTo
  }

  fileprivate mutating func wrote(upTo written: Int, complete: Int, in band: Int) {
    isWritten = true
    writtenTo[band] = written
    completeTo[band] = complete
  }
  /// Turns the lowest row read in each band into the lowest one read after it. What is not complete is still written.
  fileprivate mutating func close() {
    var lowest = Int.max
    for band in keptFrom.indices.reversed() {
      let read = keptFrom[band]
      keptFrom[band] = min(lowest, isWritten ? completeTo[band] : .max)
      lowest = min(lowest, read)
    }
  }
}

extension SweepGraph {
  /// Whether a buffer has rows that sweeps walk over: also an image of the caller.
  func hasRows(_ buffer: Int) -> Bool {
    stores[buffer].isBanded || (stores[buffer].isInput || stores[buffer].isOutput) && stores[buffer].height > 1
  }

  /// Rows that a pass which only gathers statistics looks at.
  func rows(of node: Node) -> Int { node.reads.map(\.region.h).max() ?? 0 }
}
