// Widths of the four borders of a picture.

/// Rows and columns added around a picture; negative ones are cut off where an operator says so.
public struct Border: Hashable, Sendable {
  /// In the order of graph.h.
  public var top: Int, left: Int, bottom: Int, right: Int

  /// A border of four widths.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  /// The same width on all sides.
  public init(_ width: Int) { self.init(top: width, left: width, bottom: width, right: width) }
}
