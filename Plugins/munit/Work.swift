// What an active instance holds: its networks made ready for a size, and the pictures between them.
import Networks
import PluginKit

/// Makes a picture of a frame in one style, or a sheet of pictures in several.
struct Work: ~Copyable {
  /// How a picture comes about.
  private enum Way: ~Copyable {
    /// From the frame, anew for each style.
    case whole(CompiledGraph)
    /// From the content of the frame, which all styles share.
    case shared(Halves.Compiled)
  }

  private let way: Way
  private let code: KeptImage
  /// Behind the frame, whose size the result has.
  private let inputs: [Image]
  private let frameRate: Double

  /// `network` takes the frame and a code.
  init(
    whole network: consuming CompiledGraph, code: KeptImage, _ frameRate: (numerator: Int, denominator: Int)
  ) {
    way = .whole(network)
    self.code = code
    inputs = [code.image]
    self.frameRate = Work.rate(frameRate)
  }

  /// The content is encoded once for all styles.
  init(
    _ halves: consuming Halves.Compiled, code: KeptImage, _ frameRate: (numerator: Int, denominator: Int)
  ) {
    inputs = [halves.content.image, code.image]
    way = .shared(halves)
    self.code = code
    self.frameRate = Work.rate(frameRate)
  }

  private static func rate(_ rate: (numerator: Int, denominator: Int)) -> Double {
    rate.numerator > 0 ? Double(rate.numerator) / Double(max(1, rate.denominator)) : 25
  }

  /// One frame. Allocates nothing.
  func run(_ frame: Frame, _ styles: StyleSource, _ sheet: ContactSheet) throws(PluginError) {
    sheet.clear(frame.output, to: -1)
    switch way {
    case .whole(let network): try decode(frame, styles, sheet, with: network)
    case .shared(let halves):
      try halves.encoder.run(frame.input, halves.content.target)
      try decode(frame, styles, sheet, with: halves.decoder)
    }
  }

  private func decode(
    _ frame: Frame, _ styles: StyleSource, _ sheet: ContactSheet, with network: borrowing CompiledGraph
  ) throws(PluginError) {
    let (input, output, seconds) = (frame.input, frame.output, seconds(of: frame.info))
    for i in 0..<sheet.count {
      styles.write(code.target, series: i, seconds: seconds)
      try sheet.withPlace(i, in: output) { (place) throws(PluginError) in try network.run(input, inputs, place) }
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
