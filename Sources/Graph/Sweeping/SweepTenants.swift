// Kept buffers that take over each other's memory, row by row, while a sweep reads the one and writes the other.

/// Kept buffers that lie in the same memory, one after the other.
struct SweepTenants {
  /// In the order of their lives.
  var buffers: [Int]
  var block: ArenaLayout.Block
  /// How often they are read or written from end to end.
  var touches: Int
}

extension SweepBands {
  /// Whether `heir` can be written over `buffer` in this sweep: whatever of the memory is written has been read for the last
  /// time, in every band.
  /// - Parameter isInPlace: whether a pass that reads the one and writes the other, row by row, may do so in place.
  func canInherit(_ heir: Int, from buffer: Int, in graph: SweepGraph, isInPlace: (_ pass: Int) -> Bool) -> Bool {
    guard let old = windows[buffer], let new = windows[heir], new.isWritten, !old.isWritten else { return false }
    let passes = Set(runs.joined().map(\.pass))
    guard let writer = passes.first(where: { graph.nodes[$0].destination == heir }) else { return false }
    for pass in passes where graph.nodes[pass].reads.contains(where: { $0.buffer == buffer }) {
      guard pass < writer || pass == writer && isInPlace(pass) else { return false }
    }
    return zip(old.keptFrom, new.writtenTo).allSatisfy { $0 >= $1 }
  }
}
