// A buffer read element by element, through a norm and relu: what the pointwise kernels take.
import Kernels
import PluginAPI

/// The top left part of a buffer, scaled, shifted and rectified on the way in.
struct PointwiseSource {
  let buffer: Int
  let coefficients: Int?
  let relu: Bool

  /// What a pointwise lens shows.
  init(_ lens: ValueLens) {
    (buffer, coefficients, relu) = (lens.buffer, lens.coefficients, lens.relu)
  }

  /// What is read to look at `region` of it.
  func reads(_ region: ValueShape, reach: RowReach = .same) -> [BufferRead] {
    [BufferRead(buffer: buffer, region: region, reach: reach)]
      + (coefficients.map { [.coefficients($0, channels: region.c)] } ?? [])
  }
}

extension BufferRead {
  /// All of a buffer of scale and shift.
  static func coefficients(_ buffer: Int, channels: Int) -> BufferRead {
    BufferRead(buffer: buffer, region: ValueShape(c: channels, h: 1, w: 1))
  }
}

extension PlanSite {
  /// The source as the kernels take it.
  func source(_ source: PointwiseSource, _ region: ValueShape) -> sth_map_source {
    var made = sth_map_source()
    made.map = map(source.buffer, region)
    if let coefficients = source.coefficients {
      let vectors = self.coefficients(coefficients)
      (made.scale, made.shift) = (UnsafePointer(vectors.scale), UnsafePointer(vectors.shift))
    }
    made.relu = source.relu ? 1 : 0
    return made
  }
}
