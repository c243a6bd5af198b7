// The network in two, so that several styles share the content of a frame.
import Networks
import PluginKit

/// The content encoder, and the decoder from a content and a code to a picture.
struct Halves: ~Copyable {
  /// Ready for a size of frame, with the memory between the two.
  struct Compiled: ~Copyable {
    let encoder, decoder: CompiledGraph
    let content: KeptImage
  }

  private let encoder, decoder: BuiltGraph

  init(host: PluginHost, _ network: MUNIT, _ direction: MUNIT.Direction) throws(PluginError) {
    let front = try GraphBuilder(host: host, name: "munit content")
    let content = network.content(front.input("image", channels: 3), direction, in: front)
    let encoder = try front.finish(outputs: content)
    let back = try GraphBuilder(host: host, name: "munit picture")
    let image = back.input("image", channels: 3)
    let features = back.input("content", channels: network.contentPlanes)
    let code = back.input("code", channels: network.codeSize(direction))
    let picture = network.picture(features, code: code, like: image, direction, in: back)
    // Nothing is left that throws: half of this could not be undone.
    decoder = try back.finish(outputs: picture)
    self.encoder = encoder
  }

  /// Throws `noMemory` also where all but the content of a frame would fit.
  func compile(host: PluginHost, _ size: BuiltGraph.Size, code: BuiltGraph.Size) throws(PluginError) -> Compiled {
    let encoder = try encoder.compile(size)
    let (channels, height, width) = encoder.info.output
    let content = try KeptImage(host: host, channels: channels, height: height, width: width)
    let decoder = try decoder.compile(size, BuiltGraph.Size(height: height, width: width), code)
    return Compiled(encoder: encoder, decoder: decoder, content: content)
  }
}
