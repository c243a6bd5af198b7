// What is kept between sweeps, and what is made again: chosen by what each costs.

/// Estimates of time. Only their ratios matter.
///
/// Measured on two cores of a Zen 4 server: the width-32 Johnson net does 280 multiply-adds in a nanosecond, counted as in direct
/// convolutions; passes over memory touch 8 bytes; a scratch file takes in 0.7 bytes, since the system soon begins to write them to the
/// disk, and gives out 4 from the system's cache.
enum SweepCost {
  private static let multiplyAddsPerNanosecond = 280.0
  private static let memoryBytesPerNanosecond = 8.0
  private static let writtenBytesPerNanosecond = 0.7
  private static let readBytesPerNanosecond = 4.0

  /// Nanoseconds of a pass over all rows.
  static func compute(multiplyAdds: Int, bytes: Int) -> Double {
    Double(multiplyAdds) / multiplyAddsPerNanosecond + Double(bytes) / memoryBytesPerNanosecond
  }

  /// Nanoseconds of keeping a buffer: written once, read in some sweeps.
  static func keeping(bytes: Int, reads: Int) -> Double {
    Double(bytes) / writtenBytesPerNanosecond + Double(bytes) * Double(reads) / readBytesPerNanosecond
  }
}

extension SweepGraph {
  /// In how many sweeps each kept buffer is read again after the one that makes it.
  func rereads(_ sweeps: [[Int]], keeping kept: [Bool]) -> [Int] {
    var counts = Array(repeating: 0, count: stores.count)
    var last = Array(repeating: -1, count: stores.count)
    for (sweep, running) in sweeps.enumerated() {
      for index in running {
        for read in nodes[index].reads where kept[read.buffer] && stores[read.buffer].stage < sweep {
          if last[read.buffer] != sweep { counts[read.buffer] += 1 }
          last[read.buffer] = sweep
        }
      }
    }
    return counts
  }

  /// Nanoseconds of all sweeps, as an estimate.
  func cost(keeping kept: [Bool]) -> Double {
    let sweeps = sweeps(keeping: kept)
    let reads = rereads(sweeps, keeping: kept)
    var cost = 0.0
    for running in sweeps { for index in running { cost += nodes[index].nanoseconds } }
    for buffer in stores.indices where kept[buffer] && stores[buffer].isBanded {
      cost += SweepCost.keeping(bytes: stores[buffer].bytes, reads: reads[buffer])
    }
    return cost
  }

  /// What all sweeps take, as a share of running every pass once.
  func work(keeping kept: [Bool]) -> Double {
    cost(keeping: kept) / max(nodes.reduce(0) { $0 + $1.nanoseconds }, 1)
  }

  /// Which buffers to keep.
  ///
  /// Begins with all that is read in a later sweep than it is made in, then changes its mind about one buffer after the other
  /// as long as that makes the whole cheaper.
  func choice() -> [Bool] {
    var kept = stores.map { $0.isKept && $0.isBanded }
    for node in nodes {
      for read in node.reads where stores[read.buffer].isBanded && node.stage > stores[read.buffer].stage {
        kept[read.buffer] = true
      }
    }
    var best = cost(keeping: kept)
    for _ in 0..<4 {
      var isBetter = false
      for buffer in stores.indices where stores[buffer].isBanded && !stores[buffer].isKept {
        kept[buffer].toggle()
        let cost = cost(keeping: kept)
        if cost < best {
          (best, isBetter) = (cost, true)
        } else {
          kept[buffer].toggle()
        }
      }
      if !isBetter { break }
    }
    return kept
  }
}
