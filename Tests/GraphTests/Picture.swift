// An image with strides of its own, and guards around it that a stray write would change.
import PluginAPI

/// Memory for one image of the contract.
final class Picture {
  let image: sth_image
  private let memory: UnsafeMutableBufferPointer<Float>
  private let rowFloats: Int, planeFloats: Int
  private static let guardValue: Float = -7777.5

  /// - Parameter slack: floats between rows, and rows between planes.
  init(c: Int, h: Int, w: Int, slack: Int = 3) {
    rowFloats = w + slack
    planeFloats = rowFloats * (h + slack)
    memory = .allocate(capacity: c * planeFloats + 32)
    memory.initialize(repeating: Self.guardValue)
    var image = sth_image()
    image.struct_size = UInt32(MemoryLayout<sth_image>.size)
    (image.c, image.h, image.w) = (Int32(c), Int32(h), Int32(w))
    (image.c_stride_bytes, image.h_stride_bytes) = (Int64(planeFloats * 4), Int64(rowFloats * 4))
    image.data = memory.baseAddress.map { $0 + 8 }
    self.image = image
  }

  convenience init(_ tensor: OracleTensor, slack: Int = 3) {
    self.init(c: tensor.c, h: tensor.h, w: tensor.w, slack: slack)
    for c in 0..<tensor.c {
      for y in 0..<tensor.h {
        for x in 0..<tensor.w { memory[8 + c * planeFloats + y * rowFloats + x] = Float(tensor[c, y, x]) }
      }
    }
  }

  deinit { memory.deallocate() }

  var tensor: OracleTensor {
    OracleTensor(c: Int(image.c), h: Int(image.h), w: Int(image.w)) { c, y, x in
      Double(memory[8 + c * planeFloats + y * rowFloats + x])
    }
  }

  /// All bytes, the guards included.
  var bits: [UInt32] { memory.map(\.bitPattern) }

  /// Whether only the pixels themselves have been written.
  var guardsHold: Bool {
    memory.indices.allSatisfy { index in
      let (c, inPlane) = (index - 8).quotientAndRemainder(dividingBy: planeFloats)
      let (y, x) = inPlane.quotientAndRemainder(dividingBy: rowFloats)
      let isPixel = index >= 8 && c < Int(image.c) && y < Int(image.h) && x < Int(image.w)
      return isPixel || memory[index] == Self.guardValue
    }
  }
}
