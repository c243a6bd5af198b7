// An instance as C holds it: a plugin of some type, and where in its life it is.
import PluginAPI

/// What an `sth_instance` pointer points at. The subclass knows the plugin's type; the C functions need not.
class AnyInstance {
  let host: PluginHost
  let rows: [ParameterRow]
  private var active: (stream: Stream, format: Format)?

  init(host: PluginHost, rows: [ParameterRow]) {
    self.host = host
    self.rows = rows
  }

  func negotiate(_ stream: Stream, _ format: inout Format) throws(PluginError) {}
  func activatePlugin(_ stream: Stream, _ format: Format) throws(PluginError) {}
  func deactivatePlugin() {}
  func processFrame(_ frame: Frame) throws(PluginError) {}
  func resetPlugin(_ reason: ResetReason) {}

  func activate(_ stream: Stream, _ format: Format) throws(PluginError) {
    deactivate()
    try activatePlugin(stream, format)
    active = (stream, format)
  }

  func deactivate() {
    guard active != nil else { return }
    active = nil
    deactivatePlugin()
  }

  func reset(_ reason: ResetReason) { if active != nil { resetPlugin(reason) } }

  /// Checks what the host promised, then hands the frame over.
  func process(_ frame: sth_process) throws(PluginError) {
    guard let active else { throw PluginError(.invalidArgument, "cannot process a frame: the plugin is not active") }
    let input = try Image(frame.in)
    let output = MutableImage(image: try Image(frame.out))
    guard input.channels == 3, output.channels == 3, input.height == active.stream.height,
      input.width == active.stream.width, output.height == active.format.outputHeight,
      output.width == active.format.outputWidth
    else {
      throw PluginError(.invalidArgument, "cannot process a frame: its images are not those that were negotiated")
    }
    var unknown = sth_frame_info()
    (unknown.pts, unknown.time_base_den, unknown.sar_den) = (STH_TIME_UNKNOWN, 1, 1)
    let info = FrameInfo(raw: SizedStruct.read(frame.info, blank: unknown))
    let parameters = try Parameters(frame.params, rows: rows)
    try processFrame(Frame(host: host, info: info, parameters: parameters, input: input, output: output))
  }
}

/// An instance of one type of plugin.
final class Instance<Plugin: StylePlugin & ~Copyable>: AnyInstance {
  private var plugin: Plugin

  init(host: PluginHost, parameters: Parameters, rows: [ParameterRow]) throws(PluginError) {
    plugin = try Plugin(host: host, parameters: parameters)
    super.init(host: host, rows: rows)
  }

  override func negotiate(_ stream: Stream, _ format: inout Format) throws(PluginError) {
    try plugin.negotiate(stream, &format)
  }
  override func activatePlugin(_ stream: Stream, _ format: Format) throws(PluginError) {
    try plugin.activate(stream, format)
  }
  override func deactivatePlugin() { plugin.deactivate() }
  override func processFrame(_ frame: Frame) throws(PluginError) { try plugin.process(frame) }
  override func resetPlugin(_ reason: ResetReason) { plugin.reset(reason) }
}
