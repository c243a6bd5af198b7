// ValidationSubject.swift - runs the plugin under test on test pictures.

import PluginAPI

/// A loaded plugin with values to start it with, inside the child of one test.
struct ValidationSubject {
  let plugin: LoadedPlugin
  let values: ParameterValues

  /// Runs frames with these seeds through a fresh instance and gives the pixels of each.
  ///
  /// - Parameters:
  ///   - resetAfter: reset() is called before the frame with this position.
  /// - Throws: `HostError` naming what went wrong.
  func run(
    h: Int, w: Int, seeds: [UInt64], threads: Int = 2, values: ParameterValues? = nil, withheld: Bool = false,
    resetBefore: Int? = nil
  ) throws(HostError) -> [[Float]] {
    let services = try ComputeServices(threads: threads, log: HostLog(level: .error))
    let instance = try start(services, values ?? self.values, withheld: withheld)
    return try process(instance, h: h, w: w, seeds: seeds, resetBefore: resetBefore)
  }

  /// A fresh instance.
  func start(_ services: ComputeServices, _ values: ParameterValues, withheld: Bool = false) throws(HostError)
    -> StyleInstance
  {
    let snapshot = try ParameterSnapshot(values.values) { path throws(HostError) in
      try PictureDecoder.decode(path, services)
    }
    let own = InstanceServices(services, plugin: plugin.info.id, withheld: withheld)
    return try StyleInstance(plugin, snapshot: snapshot, services: own)
  }

  /// Activates, processes, deactivates; every picture is looked at.
  func process(
    _ instance: StyleInstance, h: Int, w: Int, seeds: [UInt64], resetBefore: Int? = nil
  ) throws(HostError) -> [[Float]] {
    let stream = sth_stream(
      struct_size: UInt32(MemoryLayout<sth_stream>.size), h: Int32(h), w: Int32(w), frame_rate_num: 25,
      frame_rate_den: 1,
      reserved: 0)
    let format = try instance.negotiate(stream)
    try instance.activate(stream, format)
    defer { instance.deactivate() }
    var results: [[Float]] = []
    for (position, seed) in seeds.enumerated() {
      if position == resetBefore { instance.reset(STH_RESET_USER) }
      let input = try TestPicture(h: h, w: w)
      input.fill(seed: seed, black: format.in_black, white: format.in_white)
      let before = input.pixels()
      let output = try TestPicture(h: Int(format.out_h), w: Int(format.out_w))
      var info = sth_frame_info()
      info.struct_size = UInt32(MemoryLayout<sth_frame_info>.size)
      info.index = Int64(position)
      info.pts = Int64(position)
      info.duration = 1
      (info.time_base_num, info.time_base_den, info.sar_num, info.sar_den) = (1, 25, 1, 1)
      (info.colour_primaries, info.colour_transfer, info.colour_matrix) = (2, 2, 2)
      try instance.process(&info, from: input.image, to: output.image)
      if let flaw = output.flaw() { throw HostError(.plugin, "\(w)x\(h), frame \(position): \(flaw)") }
      guard input.flaw() == nil, input.pixels().elementsEqual(before, by: { $0.bitPattern == $1.bitPattern }) else {
        throw HostError(.plugin, "\(w)x\(h), frame \(position): the input was changed")
      }
      results.append(output.pixels())
    }
    return results
  }
}
