// FreshModel.swift - a network that has learnt nothing yet, as a plugin describes it.

import PluginAPI

/// What a plugin says of a fresh network: what it is, and its tensors.
struct FreshModel {
  /// One tensor.
  struct Tensor: Equatable {
    let name: String
    let shape: [Int]
    let fill: UInt32
  }

  /// "Johnson transformer net (pytorch/examples), width 32"; nil where the plugin does not say.
  let architecture: String?
  /// Planes after the first convolution; nil where the plugin does not say.
  let width: Int?
  /// In the plugin's order.
  let tensors: [Tensor]

  /// Numbers that one network may have: 2^29 are 2 GiB, all in memory while they are written.
  static let countLimit = 1 << 29

  /// Asks a plugin for a network of a width, nil for the published one.
  ///
  /// - Throws: `HostError` of kind plugin: it has none, or describes one that cannot be; usage for a width it refuses.
  init(_ plugin: LoadedPlugin, width: Int?) throws(HostError) {
    let id = plugin.info.id
    guard let wanted = Int32(exactly: width ?? 0), wanted >= 0 else {
      throw HostError(.usage, "plugin '\(id)': there is no network of width \(width ?? 0)")
    }
    guard let describe = FreshModel.table(of: plugin)?.describe_fresh else {
      throw HostError(.plugin, "plugin '\(id)' has no fresh network to begin with")
    }
    var info = sth_model_info()
    info.struct_size = UInt32(MemoryLayout<sth_model_info>.size)
    var error = sth_error.empty()
    let collector = Collector()
    let status = CrashReporter.during(plugin.entry.pointee.descriptor.pointee.id) {
      describe(
        wanted, &info,
        { argument, tensor in
          guard let argument else { return STH_ERROR_INVALID_ARGUMENT }
          return Unmanaged<Collector>.fromOpaque(argument).takeUnretainedValue().take(tensor)
        }, Unmanaged.passUnretained(collector).toOpaque(), &error)
    }
    if let flaw = collector.flaw {
      throw HostError(width == nil ? .plugin : .usage, "plugin '\(id)' describes no usable network: \(flaw)")
    }
    guard status == STH_OK else {
      let reason = error.text.isEmpty ? ErrorReport.meaning(of: status) : error.text
      throw HostError(width != nil && status == STH_ERROR_UNSUPPORTED ? .usage : .plugin, "plugin '\(id)': \(reason)")
    }
    architecture = ModelIdentifier.text(info.architecture)
    self.width = info.width > 0 ? Int(info.width) : nil
    tensors = collector.tensors
  }

  /// The plugin's table, where it is long enough to have the function.
  private static func table(of plugin: LoadedPlugin) -> sth_models_api? {
    guard let table = plugin.table(named: STH_EXTENSION_MODELS, as: sth_models_api.self),
      Int(table.pointee.struct_size) >= MemoryLayout<sth_models_api>.size
    else { return nil }
    return table.pointee
  }

  /// Takes the tensors that a plugin hands over, and checks each.
  private final class Collector {
    var tensors: [Tensor] = []
    var flaw: String?
    private var count = 0

    func take(_ pointer: UnsafePointer<sth_fresh_tensor>?) -> sth_status {
      guard flaw == nil else { return STH_ERROR_INVALID_ARGUMENT }
      guard let pointer, pointer.pointee.struct_size >= UInt32(MemoryLayout<sth_fresh_tensor>.size),
        let name = pointer.pointee.name.map({ String(cString: $0) })
      else { return refuse("a tensor without a name, or a struct that is too short") }
      let raw = pointer.pointee
      let rank = Int(raw.rank)
      guard (1...Int(STH_TENSOR_MAX_RANK)).contains(rank) else { return refuse("'\(name)' has rank \(rank)") }
      let shape = withUnsafeBytes(of: raw.dims) { $0.bindMemory(to: Int64.self).prefix(rank).map { Int($0) } }
      var elements = 1
      for extent in shape {
        guard extent >= 1, extent <= FreshModel.countLimit / elements else {
          return refuse("'\(name)' is of the shape \(shape): more than there can be, choose a smaller width")
        }
        elements *= extent
      }
      guard elements <= FreshModel.countLimit - count else {
        return refuse("more than \(FreshModel.countLimit) numbers: choose a smaller width")
      }
      count += elements
      tensors.append(Tensor(name: name, shape: shape, fill: raw.fill))
      return STH_OK
    }

    private func refuse(_ reason: String) -> sth_status {
      flaw = reason
      return STH_ERROR_INVALID_ARGUMENT
    }
  }
}
