// MapStatistics.swift - mean and variance in double precision, of values and of the records of map kernels.
import Kernels

/// Mean and biased variance of one channel.
struct MapStatistics {
  var count = 0.0
  var mean = 0.0
  var variance = 0.0

  /// Of all elements of a channel, by two passes.
  init(_ map: GuardedMap, channel: Int) {
    var values: [Double] = []
    for y in 0..<map.h { for x in 0..<map.w { values.append(Double(map[channel, y, x])) } }
    count = Double(values.count)
    mean = values.reduce(0, +) / max(count, 1)
    variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count, 1)
  }

  /// Of the records that a kernel has written for a map of `c` channels: all units as groups of a known mean and spread.
  init(records: ChannelVector, units: Int, c: Int, channel: Int) {
    let size = Int(sth_map_moments_floats(Int32(c)))
    let groups = (0..<units).map { unit in
      let record = records.pointer + unit * size
      return (
        count: Double(record[0]), mean: Double(record[16 + channel]),
        squares: Double(record[16 + (c + 15) / 16 * 16 + channel])
      )
    }
    count = groups.reduce(0) { $0 + $1.count }
    mean = groups.reduce(0) { $0 + $1.count * $1.mean } / max(count, 1)
    let centre = mean
    variance =
      groups.reduce(0) { $0 + $1.squares + $1.count * ($1.mean - centre) * ($1.mean - centre) } / max(count, 1)
  }
}
