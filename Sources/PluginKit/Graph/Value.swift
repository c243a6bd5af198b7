// A value in a graph.
import PluginAPI

/// The result of an operation in a graph under construction, [c][h][w] float32. A small value: copy it freely, use it in the
/// graph it came from.
public struct Value: Equatable, Sendable {
  let node: sth_node
}

/// What lies outside a picture.
public enum PadMode: UInt32, Sendable {
  /// Zeros.
  case zero = 0
  /// Mirrored without repeating the edge, as often as needed.
  case reflect = 1
  /// The edge again.
  case replicate = 2
}

/// Widths of borders; a negative one is cut off.
public struct Borders: Sendable, Equatable {
  /// Pixels.
  public var top, left, bottom, right: Int

  /// Borders of their own width on each side.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
  }

  /// The same width on all sides.
  public static func all(_ width: Int) -> Borders { Borders(top: width, left: width, bottom: width, right: width) }
}
