// A map, number by number: for passes over so little that a kernel is not worth it.
import Kernels
import PluginAPI

/// float32 of a map in either layout.
struct MapNumbers {
  let channels: Int, height: Int, width: Int
  private let numbers: UnsafeMutablePointer<Float>
  private let lanes: Int, plane: Int, row: Int

  init(_ map: sth_map) {
    (channels, height, width) = (Int(map.c), Int(map.h), Int(map.w))
    numbers = map.data.assumingMemoryBound(to: Float.self)
    lanes = map.format == STH_MAP_PLANAR_F32 ? 1 : Int(STH_MAP_LANES)
    (plane, row) = (Int(map.c_stride), Int(map.h_stride))
  }

  /// Channels with the lanes beyond the last one, which are zeros in every map.
  var padded: Int { (channels + lanes - 1) / lanes * lanes }

  /// The number of a channel below `padded` at a pixel.
  subscript(c: Int, y: Int, x: Int) -> Float {
    get { numbers[c / lanes * plane + y * row + x * lanes + c % lanes] }
    nonmutating set { numbers[c / lanes * plane + y * row + x * lanes + c % lanes] = newValue }
  }
}
