// How luma and chroma are made of red, green and blue.
import CFFmpeg

/// Matrix coefficients (numbers of ITU-T H.273).
public struct ColorMatrix: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number in ITU-T H.273.
  public var rawValue: Int32
  /// A matrix by its number in ITU-T H.273.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The planes are green, blue and red themselves.
  public static let rgb = ColorMatrix(rawValue: 0)
  /// BT.709: high definition.
  public static let bt709 = ColorMatrix(rawValue: 1)
  /// Not said by the stream.
  public static let unspecified = ColorMatrix(rawValue: 2)
  /// FCC 73.682.
  public static let fcc = ColorMatrix(rawValue: 4)
  /// BT.601 as used in 625-line systems.
  public static let bt470bg = ColorMatrix(rawValue: 5)
  /// BT.601 as used in 525-line systems; the same numbers as `bt470bg`.
  public static let smpte170m = ColorMatrix(rawValue: 6)
  /// SMPTE 240M: early high definition.
  public static let smpte240m = ColorMatrix(rawValue: 7)
  /// YCgCo, which has no luma coefficients of the usual kind.
  public static let ycgco = ColorMatrix(rawValue: 8)
  /// BT.2020 with non-constant luminance: ultra high definition.
  public static let bt2020NonConstant = ColorMatrix(rawValue: 9)
  /// BT.2020 with constant luminance, which needs more than a matrix.
  public static let bt2020Constant = ColorMatrix(rawValue: 10)

  /// The matrix that a stream of this height most likely means when it says none: BT.601 up to 576 rows, BT.709 above.
  public static func assumed(height: Int) -> ColorMatrix { height <= 576 ? .smpte170m : .bt709 }

  /// The shares of red, green and blue in luma, summing to 1. Source: ITU-T H.273, table 4. Nil for matrices that are not of this
  /// kind and for `unspecified`; see `ColorTags.resolved(for:height:)`.
  public var lumaCoefficients: (red: Double, green: Double, blue: Double)? {
    func shares(_ red: Double, _ blue: Double) -> (red: Double, green: Double, blue: Double) {
      (red, 1 - red - blue, blue)
    }
    switch self {
    case .bt709: return shares(0.2126, 0.0722)
    case .fcc: return shares(0.30, 0.11)
    case .bt470bg, .smpte170m: return shares(0.299, 0.114)
    case .smpte240m: return shares(0.212, 0.087)
    case .bt2020NonConstant: return shares(0.2627, 0.0593)
    default: return nil
    }
  }

  /// Whether both turn the same red, green and blue into the same luma and chroma: `bt470bg` and `smpte170m` do.
  func isSame(as other: ColorMatrix) -> Bool {
    if self == other { return true }
    guard let mine = lumaCoefficients, let theirs = other.lumaCoefficients else { return false }
    return mine.red == theirs.red && mine.blue == theirs.blue
  }

  /// libav's name, such as `bt709`.
  public var description: String { av_color_space_name(av).map { String(cString: $0) } ?? "unknown" }

  var av: AVColorSpace { AVColorSpace(rawValue: UInt32(bitPattern: rawValue)) }

  /// The table that libswscale wants for this matrix; BT.601 for what it has no table for.
  var scalerTable: UnsafePointer<Int32>? {
    switch self {
    case .bt709: return UnsafePointer(sws_getCoefficients(SWS_CS_ITU709))
    case .fcc: return UnsafePointer(sws_getCoefficients(SWS_CS_FCC))
    case .smpte240m: return UnsafePointer(sws_getCoefficients(SWS_CS_SMPTE240M))
    case .bt2020NonConstant, .bt2020Constant: return UnsafePointer(sws_getCoefficients(SWS_CS_BT2020))
    default: return UnsafePointer(sws_getCoefficients(SWS_CS_ITU601))
    }
  }
}
