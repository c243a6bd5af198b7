// MapReading.swift - a map of random numbers as a kernel reads it pointwise: through scale, shift and relu.
import Kernels

/// A map read pointwise, with the memory of its numbers.
struct MapReading {
  let map: GuardedMap
  let affine: Bool
  let relu: Bool
  let scale: ChannelVector
  let shift: ChannelVector

  init(_ map: GuardedMap, affine: Bool, relu: Bool, seed: UInt64) {
    var random = SeededValues(seed: seed)
    map.fill { random.next() }
    self.map = map
    self.affine = affine
    self.relu = relu
    scale = ChannelVector(random.array(map.c))
    shift = ChannelVector(random.array(map.c))
  }

  var source: sth_map_source {
    sth_map_source(
      map: map.map, scale: affine ? UnsafePointer(scale.pointer) : nil,
      shift: affine ? UnsafePointer(shift.pointer) : nil, relu: relu ? 1 : 0)
  }

  /// What is read, exactly, as [c][h][w].
  var values: [Double] {
    let plane = map.h * map.w
    return map.values.enumerated().map { index, value in
      var exact = Double(value)
      if affine { exact = exact * Double(scale.pointer[index / plane]) + Double(shift.pointer[index / plane]) }
      return relu ? max(exact, 0) : exact
    }
  }
}
