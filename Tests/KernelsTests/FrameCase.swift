// FrameCase.swift - the layouts that the tests of the frame seams run over, each with a name a failure can be read by.
import Kernels
import PluginAPI

/// A frame layout and what to call it.
struct FrameCase: CustomStringConvertible, Sendable {
  /// Luma weights of a matrix of H.273 table 4.
  struct Matrix: Sendable {
    let name: String
    let kr: Double
    let kb: Double

    static let bt601 = Matrix(name: "BT.601", kr: 0.299, kb: 0.114)
    static let bt709 = Matrix(name: "BT.709", kr: 0.2126, kb: 0.0722)
    static let bt2020 = Matrix(name: "BT.2020", kr: 0.2627, kb: 0.0593)
    static let all = [bt601, bt709, bt2020]
  }

  /// How chroma lies: subsampling and siting along h and w.
  struct Chroma: Sendable {
    let name: String
    let log2H: Int32
    let log2W: Int32

    static let all = [
      Chroma(name: "4:4:4", log2H: 0, log2W: 0), Chroma(name: "4:2:2", log2H: 0, log2W: 1),
      Chroma(name: "4:2:0", log2H: 1, log2W: 1), Chroma(name: "4:4:0", log2H: 1, log2W: 0),
      Chroma(name: "4:1:1", log2H: 0, log2W: 2), Chroma(name: "4:1:0", log2H: 2, log2W: 2),
    ]
  }

  let description: String
  var layout: sth_frame_layout

  static func yuv(
    _ chroma: Chroma, depth: Int32 = 8, full: Bool = false, matrix: Matrix = .bt709, cosited: (h: Bool, w: Bool),
    size: (h: Int32, w: Int32), black: Float = 0, white: Float = 1
  ) -> FrameCase {
    let siting = "\(cosited.h ? "cosited" : "centred") by \(cosited.w ? "cosited" : "centred")"
    return FrameCase(
      description: "\(chroma.name) \(siting) \(depth) bit \(full ? "full" : "limited") \(matrix.name) "
        + "\(size.h)x\(size.w) \(black)...\(white)",
      layout: sth_frame_layout(
        family: 1, depth: depth, full_range: full ? 1 : 0, h: size.h, w: size.w, chroma_log2_h: chroma.log2H,
        chroma_log2_w: chroma.log2W, chroma_cosited_h: cosited.h ? 1 : 0, chroma_cosited_w: cosited.w ? 1 : 0,
        kr: matrix.kr, kb: matrix.kb, black: black, white: white))
  }

  static func plain(
    rgb: Bool, depth: Int32 = 8, full: Bool = true, size: (h: Int32, w: Int32), black: Float = 0, white: Float = 1
  ) -> FrameCase {
    FrameCase(
      description: "\(rgb ? "RGB" : "gray") \(depth) bit \(full ? "full" : "limited") "
        + "\(size.h)x\(size.w) \(black)...\(white)",
      layout: sth_frame_layout(
        family: rgb ? 2 : 0, depth: depth, full_range: full ? 1 : 0, h: size.h, w: size.w, chroma_log2_h: 0,
        chroma_log2_w: 0, chroma_cosited_h: 0, chroma_cosited_w: 0, kr: 0.2126, kb: 0.0722, black: black, white: white))
  }

  /// Every family, subsampling and siting at one size, depth and range.
  static func everyLayout(
    depth: Int32, full: Bool, matrix: Matrix, size: (h: Int32, w: Int32), black: Float = 0, white: Float = 1
  ) -> [FrameCase] {
    var cases = [false, true].map {
      plain(rgb: $0, depth: depth, full: full, size: size, black: black, white: white)
    }
    for chroma in Chroma.all {
      for siting in 0..<4 {
        let cosited = (h: siting & 1 != 0, w: siting & 2 != 0)
        if (cosited.h && chroma.log2H != 1) || (cosited.w && chroma.log2W != 1) { continue }
        cases.append(
          yuv(
            chroma, depth: depth, full: full, matrix: matrix, cosited: cosited, size: size, black: black, white: white))
      }
    }
    return cases
  }

  /// Sizes at which edges and vector tails differ.
  static let sizes: [(h: Int32, w: Int32)] = [
    (1, 1), (1, 2), (2, 1), (2, 2), (3, 5), (4, 3), (1, 64), (33, 1), (17, 23), (16, 16), (5, 31), (19, 33), (50, 67),
  ]

  /// The plane sizes in rows and samples.
  var planeSizes: [(h: Int, w: Int)] {
    let luma = (h: Int(layout.h), w: Int(layout.w))
    guard layout.family != 0 else { return [luma] }
    guard layout.family == 1 else { return [luma, luma, luma] }
    let stepH = 1 << Int(layout.chroma_log2_h), stepW = 1 << Int(layout.chroma_log2_w)
    let chroma = (h: (luma.h + stepH - 1) / stepH, w: (luma.w + stepW - 1) / stepW)
    return [luma, chroma, chroma]
  }

  var bytesPerSample: Int { layout.depth > 8 ? 2 : 1 }
  var top: Int { (1 << Int(layout.depth)) - 1 }
}

/// A small generator whose numbers are the same on every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
