// What a plugin's author writes: one type that conforms to StylePlugin, and one exported line that hands it over.

/// A plugin: one effect on the frames of a stream.
///
/// The life of an instance: `init`, then for each size of stream `negotiate`, `activate`, `process` per frame, `deactivate`.
/// No two functions of one instance run at the same time. A conforming type may be a class, a struct, or a `~Copyable`
/// struct where it owns a `CompiledGraph`.
///
///     @c(stylehost_plugin_entry)
///     public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { Vivid.entry(hostMajor, hostMinor) }
///
/// A library holds one such line, and exports that one C symbol.
public protocol StylePlugin: ~Copyable, SendableMetatype {
  /// What stays the same for every instance.
  static var descriptor: PluginDescriptor { get }

  /// Makes an instance: open the model, build the graph. Parameters hold until the instance ends, but for those marked
  /// `runtime`, which come again with each frame.
  init(host: PluginHost, parameters: Parameters) throws(PluginError)

  /// The stream's size is known: change `format` where the values of black and white, or the size of the output, shall not be
  /// what the host takes for granted (0...1, the size that comes).
  mutating func negotiate(_ stream: Stream, _ format: inout Format) throws(PluginError)

  /// Gets everything ready that `process` needs: compile the graph, allocate.
  mutating func activate(_ stream: Stream, _ format: Format) throws(PluginError)

  /// One frame: write every pixel of `frame.output`. Allocates nothing, starts nothing, waits for nothing.
  mutating func process(_ frame: Frame) throws(PluginError)

  /// Forget what earlier frames taught; keep the parameters.
  mutating func reset(_ reason: ResetReason)

  /// The stream ends or changes its size: drop what `activate` made.
  mutating func deactivate()
}

extension StylePlugin where Self: ~Copyable {
  /// Takes what the host takes for granted.
  public mutating func negotiate(_ stream: Stream, _ format: inout Format) throws(PluginError) {}
  /// Needs nothing.
  public mutating func activate(_ stream: Stream, _ format: Format) throws(PluginError) {}
  /// Learns nothing from frames.
  public mutating func reset(_ reason: ResetReason) {}
  /// Made nothing.
  public mutating func deactivate() {}
}
