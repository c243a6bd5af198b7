// The shortest way to a network: a graph from picture to picture of the same size, and the values of its pixels.

/// A plugin that runs every frame through one graph: it builds the graph in `init`; the rest is done here.
public protocol GraphPlugin: StylePlugin, ~Copyable {
  /// The values of black and white that the graph takes and gives.
  static var range: PixelRange { get }

  /// Of one input and one output of the same size.
  var graph: BuiltGraph { get }

  /// The graph made ready for the size of the stream. Begin with nil and leave it alone.
  var plan: CompiledGraph? { get set }
}

extension GraphPlugin where Self: ~Copyable {
  /// Asks for the graph's values, at the size that comes.
  public mutating func negotiate(_ stream: Stream, _ format: inout Format) throws(PluginError) {
    format.input = Self.range
    format.output = Self.range
    (format.outputHeight, format.outputWidth) = (stream.height, stream.width)
  }

  /// Compiles the graph.
  public mutating func activate(_ stream: Stream, _ format: Format) throws(PluginError) {
    plan = try graph.compile(BuiltGraph.Size(height: stream.height, width: stream.width))
  }

  /// Runs it.
  public mutating func process(_ frame: Frame) throws(PluginError) {
    guard try plan?.run(frame.input, frame.output) != nil else {
      throw PluginError(.invalidArgument, "cannot process a frame: the plugin is not active")
    }
  }

  /// Drops what was compiled.
  public mutating func deactivate() { plan = nil }
}
