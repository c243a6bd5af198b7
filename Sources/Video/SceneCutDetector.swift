// Finds the first frames of new shots while they come.

/// Says of each frame of a stream, in order, whether a new shot begins with it: hard cuts, and fades through black or white into
/// something else. Cross-dissolves are no cuts, and neither are bright flashes, fades, pans, zooms and noise.
///
/// A frame is compared with the one before it by `LumaGrid.mismatch`, and where that is large with the two before that, so that what
/// comes back after a picture or two of something else begins nothing; that picture itself does. What follows a shot of a single
/// frame is not told from noise.
///
/// Only small grids are kept, and nothing is allocated once the first frames have been seen. One thread at a time.
public final class SceneCutDetector {
  /// The share of a picture that must be new for a cut, where nobody says otherwise.
  public static let defaultThreshold = 0.58

  private let threshold: Float
  /// The frame that is being looked at, and before it those that it may be compared with, the latest first.
  private var current = LumaGrid()
  private var past = [LumaGrid(), LumaGrid(), LumaGrid()]
  private var known = 0
  /// What was measured for the frame before; until two have been compared nothing can have risen.
  private var before: Float = 1
  /// Frames in a row that were too bright to judge.
  private var glares = 0
  private var luma: (format: PixelFormat, component: LumaComponent?)?
  private var converter: FrameConverter?
  private var small: (width: Int, height: Int) = (0, 0)

  /// - Parameter threshold: 0...1; see `defaultThreshold`.
  public init(threshold: Double = SceneCutDetector.defaultThreshold) { self.threshold = Float(threshold) }

  /// Whether a shot begins with this frame. The first frame of all begins none: there was nothing before it.
  ///
  /// - Throws: `.usage` for a frame whose format nothing can read.
  public func isCut(_ frame: Frame) throws -> Bool {
    guard try fill(from: frame), isTelling else { return false }
    guard known > 0 else {
      remember()
      return false
    }
    if isGlare {
      glares += 1
      return false
    }
    glares = 0
    let mismatch = current.mismatch(to: past[0])
    // A scene in which every frame is new, such as snow on a screen, is no row of cuts: what counts must rise as well.
    var score = min(mismatch, 3 * (mismatch - before))
    var index = 1
    while score >= threshold, index < known {
      score = min(score, current.mismatch(to: past[index]))
      index += 1
    }
    before = mismatch
    remember()
    // What came before a cut is of no use after it, but for a flash that was taken for one.
    return score >= threshold
  }

  /// Below this, of 255, a picture is as good as empty.
  private static let leastTexture: Float = 0.5

  /// An empty picture says nothing of shots: not even whether it is one. Black between two shots therefore joins or parts them as
  /// what follows it says.
  private var isTelling: Bool { current.texture >= SceneCutDetector.leastTexture }

  /// A picture that has turned nearly white and lost half of what it showed: most likely a flash. Waits three frames for its end.
  private var isGlare: Bool {
    current.mean >= 190 && current.mean >= past[0].mean + 40 && current.texture < past[0].texture / 2 && glares < 3
  }

  private func remember() {
    let oldest = past.removeLast()
    past.insert(current, at: 0)
    current = oldest
    known = min(known + 1, past.count)
  }

  private func fill(from frame: Frame) throws -> Bool {
    if luma?.format != frame.pixelFormat { luma = (frame.pixelFormat, LumaComponent(frame.pixelFormat)) }
    if let component = luma?.component { return try current.fill(from: frame, component) }
    let gray = try PixelFormat(named: "gray")
    guard let component = LumaComponent(gray) else { return false }
    let size = (min(frame.width, 256), min(frame.height, 192))
    if converter == nil || small != size {
      converter = FrameConverter(to: gray, size: size)
      small = size
    }
    guard let converter else { return false }
    return try current.fill(from: converter.convert(frame), component)
  }
}
