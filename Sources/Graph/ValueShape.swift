// The shape of a value and the arithmetic on sizes, every step of it checked.
import PluginAPI

/// [c][h][w] of a value in a graph.
public struct ValueShape: Hashable, Sendable, CustomStringConvertible {
  /// Planes, rows, columns.
  public var c: Int, h: Int, w: Int

  /// A shape of c planes of h rows and w columns.
  public init(c: Int, h: Int, w: Int) {
    self.c = c
    self.h = h
    self.w = w
  }

  /// "[c,h,w]"
  public var description: String { "[\(c),\(h),\(w)]" }

  /// Elements of one plane that any value may have; kernels index a plane with 32 bits.
  static let planeLimit = Int(Int32.max)
  /// Elements of a whole value (1 TiB); far above any machine, and a graph full of them still does not overflow the bill.
  static let valueLimit = 1 << 38

  /// This shape, or the reason why no value can have it.
  func checked(_ subject: @autoclosure () -> String) throws(GraphError) -> ValueShape {
    guard h >= 1, w >= 1 else {
      throw .unsupported("\(subject()): the result would be \(h) rows by \(w) columns; the input is too small for it")
    }
    let plane = h.multipliedReportingOverflow(by: w)
    guard h <= Int32.max, w <= Int32.max, !plane.overflow, plane.partialValue <= Self.planeLimit else {
      throw .unsupported("\(subject()): a plane of \(h) x \(w) has more than 2^31 - 1 elements; use a smaller picture")
    }
    let value = plane.partialValue.multipliedReportingOverflow(by: c)
    guard !value.overflow, value.partialValue <= Self.valueLimit else {
      throw .unsupported(
        "\(subject()): a value of \(self) has more elements than can be addressed; use a smaller picture")
    }
    return self
  }
}
