// How a picture is brought to another size, and how windows slide over one.
import PluginAPI

/// A change of size.
public struct Resize: Sendable, Equatable {
  /// What an output pixel is made of.
  public enum Mode: Sendable, Equatable {
    /// The pixel its place is rounded to.
    case nearest(Rounding)
    /// The two by two pixels around its place.
    case linear
    /// The four by four pixels around its place (Keys 1981, a = -0.75).
    case cubic
  }

  /// How a place between two pixels is rounded.
  public enum Rounding: UInt32, Sendable {
    /// Down, up.
    case floor = 0, ceil
    /// To the nearest; halves down, or up.
    case preferFloor, preferCeil
  }

  /// Where the output pixels lie on the input; `ratio` input pixels are one output pixel.
  public enum Place: UInt32, Sendable {
    /// (x + 0.5) * ratio - 0.5
    case halfPixel = 0
    /// Corner pixels stay where they are.
    case alignCorners
    /// x * ratio
    case asymmetric
  }

  /// What an output pixel is made of.
  public var mode: Mode
  /// Where it lies.
  public var place: Place
  /// Output pixels, >= 1; 0: input times `scale`, rounded down.
  public var height = 0, width = 0
  /// Output pixels for each input pixel, > 0; 0: output divided by input.
  public var scale: (height: Double, width: Double) = (0, 0)

  /// By a factor.
  public init(_ mode: Mode, _ place: Place = .halfPixel, scale: Double) {
    (self.mode, self.place) = (mode, place)
    self.scale = (scale, scale)
  }

  /// To a size.
  public init(_ mode: Mode, _ place: Place = .halfPixel, height: Int, width: Int) {
    (self.mode, self.place, self.height, self.width) = (mode, place, height, width)
  }

  /// Equal in every field.
  public static func == (a: Resize, b: Resize) -> Bool {
    a.mode == b.mode && a.place == b.place && a.height == b.height && a.width == b.width && a.scale == b.scale
  }

  /// As graph.h has it.
  var raw: sth_graph_resize2d {
    var options = sth_graph_resize2d()
    options.struct_size = UInt32(MemoryLayout<sth_graph_resize2d>.size)
    switch mode {
    case .nearest(let rounding):
      options.mode = STH_RESIZE_NEAREST
      options.rounding = rounding.rawValue
    case .linear: options.mode = STH_RESIZE_LINEAR
    case .cubic: options.mode = STH_RESIZE_CUBIC
    }
    options.place = place.rawValue
    (options.out_h, options.out_w) = (Int32(clamping: height), Int32(clamping: width))
    (options.scale_h, options.scale_w) = scale
    return options
  }
}

/// A window that slides over a picture.
public struct Pool: Sendable, Equatable {
  /// What is taken of a window.
  public enum Kind: UInt32, Sendable {
    /// Its largest element, the mean of its elements, the mean of those and the zeros of the padding.
    case max = 0, mean, meanPadded
  }

  /// What is taken of a window.
  public var kind: Kind
  /// Of the window, in pixels.
  public var height: Int, width: Int
  /// From a window to the next, in pixels.
  public var stride: (height: Int, width: Int)
  /// Around the picture; never taken.
  public var padding = Borders.all(0)
  /// The last window may reach out at bottom and right, so that sizes are divided rounding up.
  public var isCeiled = false

  /// A square window.
  public init(_ kind: Kind, size: Int, stride: Int, isCeiled: Bool = false) {
    (self.kind, height, width, self.isCeiled) = (kind, size, size, isCeiled)
    self.stride = (stride, stride)
  }

  /// Equal in every field.
  public static func == (a: Pool, b: Pool) -> Bool {
    a.kind == b.kind && a.height == b.height && a.width == b.width && a.stride == b.stride
      && a.padding == b.padding && a.isCeiled == b.isCeiled
  }

  /// As graph.h has it.
  var raw: sth_graph_pool2d {
    var options = sth_graph_pool2d()
    options.struct_size = UInt32(MemoryLayout<sth_graph_pool2d>.size)
    options.kind = kind.rawValue
    (options.size_h, options.size_w) = (Int32(clamping: height), Int32(clamping: width))
    (options.stride_h, options.stride_w) = (Int32(clamping: stride.height), Int32(clamping: stride.width))
    (options.top, options.left) = (Int32(clamping: padding.top), Int32(clamping: padding.left))
    (options.bottom, options.right) = (Int32(clamping: padding.bottom), Int32(clamping: padding.right))
    options.ceil_mode = isCeiled ? 1 : 0
    return options
  }
}
