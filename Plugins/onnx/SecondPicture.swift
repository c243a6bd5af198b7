// The picture that a network takes beside the frame, kept for as long as the plugin lives.
import Networks
import PluginKit

/// A copy of a picture that a person gave.
final class SecondPicture {
  /// Pixels.
  let size: ONNXPlan.Size
  /// As the run of a graph takes them; made once, so that a frame allocates nothing.
  let images: [Image]
  // Owns the memory that `images` show.
  private let copy: KeptImage

  /// nil where the network takes no second picture. Throws where one is missing, or one too many.
  init?(_ picture: Image?, for ports: [ONNXPort], host: PluginHost) throws(PluginError) {
    let ports = ports.filter(\.isPicture)
    guard let port = ports.first else {
      guard picture == nil else {
        throw PluginError(.badParameter, "cannot use image=: the network takes no picture beside the frame")
      }
      return nil
    }
    guard ports.count == 1 else {
      throw PluginError(
        .unsupported, "cannot run a network with \(ports.count) pictures beside the frame; one can be given")
    }
    guard let picture else {
      throw PluginError(
        .badParameter, "input '\(port.name)' of the network takes a picture: give it as image=FILE")
    }
    // At its own size: the network says what becomes of it.
    let copy = try KeptImage(host: host, reducing: picture, shorterSide: .max)
    images = [copy.image]
    size = ONNXPlan.Size(height: picture.height, width: picture.width)
    self.copy = copy
  }
}
