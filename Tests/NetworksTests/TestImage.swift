// Pictures that live in test memory, laid out as a host lays them out: rows and planes on 64-byte boundaries.
import PluginAPI
import SeededNumbers

/// A [3][h][w] image of its own; the space between rows is NaN, so that reading it shows.
final class TestImage {
  let h: Int
  let w: Int
  let raw: UnsafeMutablePointer<sth_image>
  private let memory: UnsafeMutableRawPointer
  private let rowFloats: Int

  init(h: Int, w: Int) {
    self.h = h
    self.w = w
    rowFloats = (w + 15) / 16 * 16
    let floats = 3 * h * rowFloats + 16
    memory = .allocate(byteCount: floats * 4, alignment: 64)
    let data = memory.bindMemory(to: Float.self, capacity: floats)
    data.initialize(repeating: .nan, count: floats)
    raw = .allocate(capacity: 1)
    raw.initialize(
      to: sth_image(
        struct_size: UInt32(MemoryLayout<sth_image>.size), c: 3, h: Int32(h), w: Int32(w),
        c_stride_bytes: Int64(h * rowFloats * 4), h_stride_bytes: Int64(rowFloats * 4), data: data))
  }

  deinit {
    raw.deallocate()
    memory.deallocate()
  }

  /// The picture of make_johnson_reference.py: waves of another slope, height and offset in each channel, with some noise.
  static func picture(h: Int, w: Int) -> TestImage {
    let image = TestImage(h: h, w: w)
    let numbers = SeededNumbers.picture(h: h, w: w)
    for c in 0..<3 { for y in 0..<h { for x in 0..<w { image[c, y, x] = numbers[(c * h + y) * w + x] } } }
    return image
  }

  /// The picture with its values 0...255 brought to other values of black and white.
  static func picture(h: Int, w: Int, black: Float, white: Float) -> TestImage {
    let image = picture(h: h, w: w)
    for c in 0..<3 {
      for y in 0..<h { for x in 0..<w { image[c, y, x] = image[c, y, x] / 255 * (white - black) + black } }
    }
    return image
  }

  /// The style of make_pair_reference.py: a picture of 0...1 whose channels are swapped.
  static func style(h: Int = 40, w: Int = 27) -> TestImage {
    let (image, source) = (TestImage(h: h, w: w), picture(h: h, w: w, black: 0, white: 1))
    for c in 0..<3 { for y in 0..<h { for x in 0..<w { image[c, y, x] = source[2 - c, y, x] } } }
    return image
  }

  subscript(c: Int, y: Int, x: Int) -> Float {
    get { memory.assumingMemoryBound(to: Float.self)[(c * h + y) * rowFloats + x] }
    set { memory.assumingMemoryBound(to: Float.self)[(c * h + y) * rowFloats + x] = newValue }
  }

  /// All pixels, [3][h][w] without gaps.
  var pixels: [Float] {
    var all: [Float] = []
    for c in 0..<3 { for y in 0..<h { for x in 0..<w { all.append(self[c, y, x]) } } }
    return all
  }
}
