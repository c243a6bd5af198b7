// From bands and windows to the legs of a run.

extension SweepLayout {
  /// The legs of a run, once the passes have their steps.
  /// - Parameters:
  ///   - steps: of each pass.
  ///   - inputCount: how many images of the caller come before the outputs.
  func course(steps: [Range<Int>], inputCount: Int, buffers: [Lowering.Buffer]) -> Course {
    var legs: [Leg] = []
    func run(_ pass: Int, _ units: Range<Int>) {
      for step in steps[pass] { legs.append(.run(step: step, units: units)) }
    }
    for sweep in 0...graph.count {
      for pass in graph.instants(before: sweep) { run(pass, 0..<graph.nodes[pass].needs.units) }
      guard sweep < graph.count else { break }
      let bands = bands[sweep]
      var first = Array(repeating: 0, count: windows.count)
      for (number, window) in windows.enumerated() {
        guard let offset = window.offsets[sweep] else { continue }
        legs.append(.slide(window: number, offset: offset, first: 0, kept: 0..<0))
      }
      var released = Array(repeating: 0, count: buffers.count)
      for band in bands.runs.indices {
        if band > 0 { slide(to: band, of: bands, sweep, &first, &legs) }
        for part in bands.runs[band] { run(part.pass, part.units) }
        release(after: band, of: bands, inputCount: inputCount, buffers, &released, &legs)
      }
    }
    return Course(legs: legs, windows: windows.map(\.memory), places: spilled.map { ($0.offset, $0.memory) })
  }

  /// Makes room for the rows of the next band where there is none.
  private func slide(to band: Int, of bands: SweepBands, _ sweep: Int, _ first: inout [Int], _ legs: inout [Leg]) {
    for (number, window) in windows.enumerated() {
      guard let offset = window.offsets[sweep], let rows = bands.windows[window.buffer],
        rows.writtenTo[band] - first[number] > window.rows
      else { continue }
      let kept = rows.keptFrom[band - 1]..<rows.writtenTo[band - 1]
      legs.append(.slide(window: number, offset: offset, first: first[number], kept: kept))
      first[number] = kept.lowerBound
    }
  }

  /// Lets go of rows in scratch files that the sweep needs no more.
  private func release(
    after band: Int, of bands: SweepBands, inputCount: Int, _ buffers: [Lowering.Buffer], _ released: inout [Int],
    _ legs: inout [Leg]
  ) {
    func done(_ buffer: Int) -> Range<Int>? {
      guard let rows = bands.windows[buffer] else { return nil }
      let end = min(rows.keptFrom[band], graph.stores[buffer].height)
      guard end > released[buffer] else { return nil }
      defer { released[buffer] = end }
      return released[buffer]..<end
    }
    for (number, kept) in spilled.enumerated() {
      if let rows = done(kept.buffer) { legs.append(.release(place: number, rows: rows)) }
    }
    for (buffer, facts) in buffers.enumerated() {
      guard let slot = facts.input ?? facts.output.map({ $0 + inputCount }), let rows = done(buffer) else { continue }
      legs.append(.releaseImage(slot: slot, rows: rows))
    }
  }
}
