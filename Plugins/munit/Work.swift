// What an active instance holds: its networks made ready for a size, and the pictures between them.
import Networks
import PluginKit

/// Encodes the content of a frame once and decodes it in each style.
struct Work: ~Copyable {
  private let encoder: CompiledGraph
  private let decoder: CompiledGraph
  private let content, code: KeptImage
  /// A picture of the sheet, where there is more than one.
  private let cell: KeptImage
  /// Behind the frame, whose size the decoder's result has.
  private let inputs: [Image]
  private let frameRate: Double

  init(
    encoder: consuming CompiledGraph, decoder: consuming CompiledGraph, content: KeptImage, code: KeptImage,
    cell: KeptImage, _ frameRate: (numerator: Int, denominator: Int)
  ) {
    self.encoder = encoder
    self.decoder = decoder
    (self.content, self.code, self.cell) = (content, code, cell)
    inputs = [content.image, code.image]
    self.frameRate = frameRate.numerator > 0 ? Double(frameRate.numerator) / Double(max(1, frameRate.denominator)) : 25
  }

  /// One frame. Allocates nothing.
  func run(_ frame: Frame, _ styles: StyleSource, _ sheet: ContactSheet) throws(PluginError) {
    try encoder.run(frame.input, content.target)
    let seconds = seconds(of: frame.info)
    guard sheet.count > 1 else {
      styles.write(code.target, series: 0, seconds: seconds)
      return try decoder.run(frame.input, inputs, frame.output)
    }
    sheet.clear(frame.output, to: -1)
    for i in 0..<sheet.count {
      styles.write(code.target, series: i, seconds: seconds)
      try decoder.run(frame.input, inputs, cell.target)
      sheet.place(cell.image, i, in: frame.output)
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
