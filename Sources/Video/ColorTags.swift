// What the numbers of a pixel mean: range, matrix, primaries, transfer curve and where chroma is sited.
import CFFmpeg

/// Whether luma runs from 16 to 235 (limited; scaled by bit depth) or over all codes (full).
public enum ColorRange: Int32, Sendable {
  /// Not said by the stream.
  case unspecified = 0
  /// 16...235 for luma and 16...240 for chroma at 8 bit ("tv", "mpeg").
  case limited = 1
  /// 0...255 at 8 bit ("pc", "jpeg").
  case full = 2
}

/// Which colours red, green and blue stand for (numbers of ITU-T H.273).
public struct ColorPrimaries: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number in ITU-T H.273.
  public var rawValue: Int32
  /// Primaries by their number in ITU-T H.273.
  public init(rawValue: Int32) { self.rawValue = rawValue }
  /// BT.709 and sRGB.
  public static let bt709 = ColorPrimaries(rawValue: 1)
  /// Not said by the stream.
  public static let unspecified = ColorPrimaries(rawValue: 2)
  /// BT.2020, BT.2100.
  public static let bt2020 = ColorPrimaries(rawValue: 9)
  /// libav's name, such as `bt709`.
  public var description: String { av_color_primaries_name(av).map { String(cString: $0) } ?? "unknown" }
  var av: AVColorPrimaries { AVColorPrimaries(rawValue: UInt32(bitPattern: rawValue)) }
}

/// The curve between light and code values (numbers of ITU-T H.273).
public struct ColorTransfer: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number in ITU-T H.273.
  public var rawValue: Int32
  /// A transfer curve by its number in ITU-T H.273.
  public init(rawValue: Int32) { self.rawValue = rawValue }
  /// BT.709.
  public static let bt709 = ColorTransfer(rawValue: 1)
  /// Not said by the stream.
  public static let unspecified = ColorTransfer(rawValue: 2)
  /// sRGB, IEC 61966-2-1.
  public static let sRGB = ColorTransfer(rawValue: 13)
  /// The perceptual quantiser of SMPTE ST 2084 (HDR10).
  public static let pq = ColorTransfer(rawValue: 16)
  /// Hybrid log-gamma of ARIB STD-B67.
  public static let hlg = ColorTransfer(rawValue: 18)
  /// Whether the curve is one of high dynamic range.
  public var isHDR: Bool { self == .pq || self == .hlg }
  /// libav's name, such as `smpte2084`.
  public var description: String { av_color_transfer_name(av).map { String(cString: $0) } ?? "unknown" }
  var av: AVColorTransferCharacteristic { AVColorTransferCharacteristic(rawValue: UInt32(bitPattern: rawValue)) }
}

/// Where a chroma sample sits among its luma samples (libav's numbers).
public struct ChromaLocation: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// libav's number of the location.
  public var rawValue: Int32
  /// A location by libav's number.
  public init(rawValue: Int32) { self.rawValue = rawValue }
  /// Not said by the stream.
  public static let unspecified = ChromaLocation(rawValue: 0)
  /// On the left luma column, between the rows: MPEG-2, H.264.
  public static let left = ChromaLocation(rawValue: 1)
  /// In the middle of the luma samples: JPEG, MPEG-1.
  public static let center = ChromaLocation(rawValue: 2)
  /// On the top left luma sample: DV, BT.2020 video.
  public static let topLeft = ChromaLocation(rawValue: 3)
  /// Between the columns, on the upper row.
  public static let top = ChromaLocation(rawValue: 4)
  /// On the left column, on the lower row.
  public static let bottomLeft = ChromaLocation(rawValue: 5)
  /// Between the columns, on the lower row.
  public static let bottom = ChromaLocation(rawValue: 6)
  /// libav's name, such as `left`.
  public var description: String { av_chroma_location_name(av).map { String(cString: $0) } ?? "unknown" }
  var av: AVChromaLocation { AVChromaLocation(rawValue: UInt32(bitPattern: rawValue)) }
}

/// All that a frame says about the meaning of its numbers.
public struct ColorTags: Equatable, Hashable, Sendable {
  /// Limited or full codes.
  public var range: ColorRange
  /// How luma and chroma are made of red, green and blue.
  public var matrix: ColorMatrix
  /// Which red, green and blue.
  public var primaries: ColorPrimaries
  /// The curve between light and codes.
  public var transfer: ColorTransfer
  /// Where chroma samples sit.
  public var chromaLocation: ChromaLocation

  /// Tags; what is not given is unspecified.
  public init(
    range: ColorRange = .unspecified, matrix: ColorMatrix = .unspecified, primaries: ColorPrimaries = .unspecified,
    transfer: ColorTransfer = .unspecified, chromaLocation: ChromaLocation = .unspecified
  ) {
    self.range = range
    self.matrix = matrix
    self.primaries = primaries
    self.transfer = transfer
    self.chromaLocation = chromaLocation
  }

  /// Nothing said at all.
  public static let unspecified = ColorTags()

  /// These tags with the matrix and range that conversions must use where the stream does not say: BT.601 up to a height of 576 and
  /// BT.709 above, limited range for YUV, full range for RGB and gray. Primaries, transfer and location stay as they are.
  public func resolved(for format: PixelFormat, height: Int) -> ColorTags {
    var tags = self
    switch format.layout.family {
    case .rgb:
      tags.matrix = .rgb
      tags.range = .full
    case .gray, .other:
      if tags.range == .unspecified { tags.range = .full }
      if tags.matrix == .unspecified || tags.matrix == .rgb { tags.matrix = .assumed(height: height) }
    case .yuv:
      if tags.range == .unspecified { tags.range = .limited }
      if tags.matrix == .unspecified || tags.matrix == .rgb { tags.matrix = .assumed(height: height) }
    }
    return tags
  }

  /// These tags with what they leave open filled in from others.
  func filled(from other: ColorTags) -> ColorTags {
    ColorTags(
      range: range == .unspecified ? other.range : range,
      matrix: matrix == .unspecified ? other.matrix : matrix,
      primaries: primaries == .unspecified ? other.primaries : primaries,
      transfer: transfer == .unspecified ? other.transfer : transfer,
      chromaLocation: chromaLocation == .unspecified ? other.chromaLocation : chromaLocation)
  }
}
