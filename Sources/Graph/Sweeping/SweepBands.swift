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

  private let graph: SweepGraph
  private let running: [Int]
  private let sweep: Int
  private let kept: [Bool]
  /// Units done, of each pass.
  private var progress: [Int]

  /// How the passes of a sweep take turns.
  enum Grain {
    /// Each runs once in a band of so many rows of the tallest buffer, counted by how many bands that makes.
    case bands(Int)
    /// Each runs when a later one needs its rows, so many or a row of tiles at a time: next to nothing has to be at hand.
    /// `bands`: of what is made.
    case rows(Int, bands: Int)
  }

  /// - Parameter running: the passes with rows of this sweep, in order.
  init(_ graph: SweepGraph, _ running: [Int], sweep: Int, keeping kept: [Bool], _ grain: Grain) {
    (self.graph, self.running, self.sweep, self.kept) = (graph, running, sweep, kept)
    progress = Array(repeating: 0, count: graph.nodes.count)
    switch grain {
    case .bands(let count): for band in 1...count { runBand(band, of: count) }
    case .rows(let rows, let count): for band in 1...count { pullBand(band, of: count, rows: rows) }
    }
    for buffer in windows.keys { windows[buffer]?.close(bands: runs.count) }
  }

  /// Rows that a pass has to have made after a band for its own sake: because they are kept, or counted for statistics.
  private func due(_ pass: Int, after band: Int, of count: Int) -> Int {
    let node = graph.nodes[pass]
    guard graph.isDue(pass, in: sweep, keeping: kept) else { return 0 }
    // One that only gathers statistics has the rows of what it looks at.
    let height =
      node.records == node.destination
      ? node.reads.map(\.region.h).max() ?? 0 : graph.stores[node.destination].height
    return (height * band + count - 1) / count
  }

  /// From the last pass to the first, what each needs of those before it; then all run in their order.
  private mutating func runBand(_ band: Int, of count: Int) {
    var wanted: [Int: Int] = [:]
    var runs: [Run] = []
    for pass in running.reversed() {
      let node = graph.nodes[pass]
      let rows = max(due(pass, after: band, of: count), wanted[node.destination] ?? 0)
      let end = min(max(node.needs.tiling.units(completing: rows), progress[pass]), node.needs.units)
      guard end > progress[pass] else { continue }
      let units = progress[pass]..<end
      progress[pass] = end
      runs.append(Run(pass: pass, units: units))
      for (buffer, rows) in sources(of: pass, for: units) {
        wanted[buffer] = max(wanted[buffer] ?? 0, rows.upperBound)
      }
    }
    note(runs.reversed())
  }

  /// Every pass that makes something for its own sake pulls what it needs out of those before it, tile by tile.
  private mutating func pullBand(_ band: Int, of count: Int, rows step: Int) {
    var producers: [Int: Int] = [:]
    for pass in running { producers[graph.nodes[pass].destination] = pass }
    for sink in running {
      var waiting = [(pass: sink, rows: due(sink, after: band, of: count))]
      while let (pass, rows) = waiting.last {
        let node = graph.nodes[pass]
        let goal = min(node.needs.tiling.units(completing: rows), node.needs.units)
        guard progress[pass] < goal else {
          waiting.removeLast()
          continue
        }
        let next = node.needs.tiling.units(
          completing: node.needs.tiling.completeRows(after: progress[pass]) + max(node.needs.tiling.tileRows, step))
        let units = progress[pass]..<min(max(next, progress[pass] + 1), node.needs.units)
        let missing = sources(of: pass, for: units).first { buffer, rows in
          producers[buffer].map { complete($0) < rows.upperBound } ?? false
        }
        if let (buffer, rows) = missing, let producer = producers[buffer] {
          waiting.append((producer, rows.upperBound))
          continue
        }
        progress[pass] = units.upperBound
        note([Run(pass: pass, units: units)])
      }
    }
  }

  /// Rows of its destination that a pass has made, from the first on.
  private func complete(_ pass: Int) -> Int {
    let node = graph.nodes[pass]
    let height = graph.stores[node.destination].height
    let isDone = progress[pass] == node.needs.units
    return isDone ? height : min(node.needs.tiling.completeRows(after: progress[pass]), height)
  }

  /// The rows of each buffer that units of a pass read.
  private func sources(of pass: Int, for units: Range<Int>) -> [(buffer: Int, rows: Range<Int>)] {
    let node = graph.nodes[pass]
    let made = node.needs.tiling.rows(of: units)
    return node.reads.compactMap { source in
      guard graph.stores[source.buffer].hasRows else { return nil }
      let rows = source.reach.rows(made, of: source.region.h)
      return rows.isEmpty ? nil : (source.buffer, rows)
    }
  }

  /// Adds a band, and what is at hand after it: of rows that are read, at first the lowest of each band.
  private mutating func note(_ runs: [Run]) {
    let band = self.runs.count
    self.runs.append(runs)
    for run in runs {
      let node = graph.nodes[run.pass]
      for (buffer, rows) in sources(of: run.pass, for: run.units) {
        // In place: the arrays are as long as there are bands.
        windows[buffer, default: Window()].read(from: rows.lowerBound, in: band)
      }
      guard graph.stores[node.destination].hasRows else { continue }
      let height = graph.stores[node.destination].height
      let written = min(node.needs.tiling.rows(of: 0..<run.units.upperBound).upperBound, height)
      windows[node.destination, default: Window()].wrote(upTo: written, complete: complete(run.pass), in: band)
    }
  }
}

extension SweepBands.Window {
  fileprivate init() { (keptFrom, writtenTo, completeTo) = ([], [], []) }

  /// Bands in which nothing happened keep what was.
  private mutating func extend(to band: Int) {
    while keptFrom.count <= band {
      keptFrom.append(.max)
      writtenTo.append(writtenTo.last ?? 0)
      completeTo.append(completeTo.last ?? 0)
    }
  }

  fileprivate mutating func read(from row: Int, in band: Int) {
    extend(to: band)
    keptFrom[band] = min(keptFrom[band], row)
  }

  fileprivate mutating func wrote(upTo written: Int, complete: Int, in band: Int) {
    extend(to: band)
    isWritten = true
    (writtenTo[band], completeTo[band]) = (written, complete)
  }

  /// Turns the lowest row read in each band into the lowest one read after it. What is not complete is still written.
  fileprivate mutating func close(bands: Int) {
    extend(to: bands - 1)
    var lowest = Int.max
    for band in keptFrom.indices.reversed() {
      let read = keptFrom[band]
      keptFrom[band] = min(lowest, isWritten ? completeTo[band] : .max)
      lowest = min(lowest, read)
    }
  }
}
