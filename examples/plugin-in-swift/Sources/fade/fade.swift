// fade: a stylehost plugin in Swift that fades pictures to grey.
import PluginKit

/// Fades the colours of a picture to grey.
final class Fade: RowPlugin {
  /// Declared once, listed in the descriptor, looked up below. `runtime`: it may change from frame to frame.
  static let amount = Parameter.float(
    "amount", "Amount", in: 0...100, default: 100, help: "How far colours fade; 0 leaves them as they are"
  ).unit("%").runtime

  static let descriptor = PluginDescriptor(
    id: "fade", name: "Fade", version: "1.0.0", licence: "MIT", description: "Fades pictures to grey.",
    parameters: [amount])

  init(host: PluginHost, parameters: Parameters) {}

  /// One row, black 0 and white 1. The host calls this for many rows at once: read `self`, do not change it.
  func process(row y: Int, of frame: Frame) {
    let amount = Float(frame.parameters[Self.amount] / 100)
    let (input, output) = (frame.input, frame.output)
    let (r, g, b) = (input.row(y, plane: 0), input.row(y, plane: 1), input.row(y, plane: 2))
    let (outR, outG, outB) = (output.row(y, plane: 0), output.row(y, plane: 1), output.row(y, plane: 2))
    for x in 0..<input.width {
      let luma = 0.2126 * r[x] + 0.7152 * g[x] + 0.0722 * b[x]
      outR[x] = r[x] + amount * (luma - r[x])
      outG[x] = g[x] + amount * (luma - g[x])
      outB[x] = b[x] + amount * (luma - b[x])
    }
  }
}

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { Fade.entry(hostMajor, hostMinor) }
