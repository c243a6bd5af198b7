// A part of a picture as a picture of its own, to write into.
import PluginAPI

extension MutableImage {
  /// Lends `height` rows and `width` columns from row `top` and column `left` on, on all planes; do not keep it. Allocates nothing.
  /// Throws `invalidArgument` for a part that does not lie inside.
  public func withPart<Result>(
    top: Int, left: Int, height: Int, width: Int, _ body: (MutableImage) throws(PluginError) -> Result
  ) throws(PluginError) -> Result {
    guard top >= 0, left >= 0, height >= 1, width >= 1, top <= self.height - height, left <= self.width - width else {
      throw PluginError(
        .invalidArgument,
        "cannot use \(width)x\(height) pixels at \(left), \(top) of a picture of \(self.width)x\(self.height)")
    }
    var part = image.raw.pointee
    (part.h, part.w) = (Int32(height), Int32(width))
    part.data = row(top, plane: 0).baseAddress.map { $0 + left }
    return try withUnsafePointer(to: &part) { (pointer) throws(PluginError) in
      try body(MutableImage(image: Image(pointer)))
    }
  }
}
