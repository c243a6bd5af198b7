// What an active instance holds: its networks made ready for a size, and the pictures between them.
import Networks
import PluginKit

/// Encodes the content of a frame and decodes it in one style, or once for all in each of several.
struct Work: ~Copyable {
  /// What a sheet of several styles needs.
  private struct Shared: ~Copyable {
    let encoder: CompiledGraph
    let content: KeptImage
    /// A picture of the sheet.
    let cell: KeptImage
  }

  private let decoder: CompiledGraph
  private let shared: Shared?
  private let code: KeptImage
  /// Behind the frame, whose size the decoder's result has.
  private let inputs: [Image]
  private let frameRate: Double

  /// One style; `alone` takes the frame and a code.
  init(alone decoder: consuming CompiledGraph, code: KeptImage, _ frameRate: (numerator: Int, denominator: Int)) {
    self.decoder = decoder
    shared = nil
    self.code = code
    inputs = [code.image]
    self.frameRate = Work.rate(frameRate)
  }

  /// Several styles.
  init(
    encoder: consuming CompiledGraph, decoder: consuming CompiledGraph, content: KeptImage, code: KeptImage,
    cell: KeptImage, _ frameRate: (numerator: Int, denominator: Int)
  ) {
    self.decoder = decoder
    shared = Shared(encoder: encoder, content: content, cell: cell)
    self.code = code
    inputs = [content.image, code.image]
    self.frameRate = Work.rate(frameRate)
  }

  private static func rate(_ rate: (numerator: Int, denominator: Int)) -> Double {
    rate.numerator > 0 ? Double(rate.numerator) / Double(max(1, rate.denominator)) : 25
  }

  /// One frame. Allocates nothing.
  func run(_ frame: Frame, _ styles: StyleSource, _ sheet: ContactSheet) throws(PluginError) {
    let seconds = seconds(of: frame.info)
    switch shared {
    case .none:
      styles.write(code.target, series: 0, seconds: seconds)
      try decoder.run(frame.input, inputs, frame.output)
    case .some(let shared):
      try shared.encoder.run(frame.input, shared.content.target)
      sheet.clear(frame.output, to: -1)
      for i in 0..<sheet.count {
        styles.write(code.target, series: i, seconds: seconds)
        try decoder.run(frame.input, inputs, shared.cell.target)
        sheet.place(shared.cell.image, i, in: frame.output)
      }
    }
  }

  /// When the frame is shown; one whose time is unknown is counted.
  private func seconds(of info: FrameInfo) -> Double {
    guard let time = info.presentationTime, info.timeBase.numerator > 0, info.timeBase.denominator > 0 else {
      return Double(info.index) / frameRate
    }
    return Double(time) * Double(info.timeBase.numerator) / Double(info.timeBase.denominator)
  }
}
