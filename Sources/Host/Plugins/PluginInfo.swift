// PluginInfo.swift - what a plugin says about itself, as a value.

import PluginAPI

/// A plugin's descriptor, copied. Travels as JSON from the scanning child and in the cache.
public struct PluginInfo: Codable, Equatable, Sendable {
  /// What a person types.
  public let id: String
  /// A few words.
  public let name: String
  /// The plugin's own version.
  public let version: String
  /// Who made it.
  public let vendor: String
  /// SPDX expression.
  public let licence: String
  /// One to three sentences.
  public let description: String
  /// The version of the contract it was built against, "1.0".
  public let abi: String
  /// A frame's result depends on that frame alone.
  public let isStateless: Bool
  /// Whether it can say which model files it runs.
  public let identifiesModels: Bool
  /// What can be set.
  public let parameters: [ParameterInfo]

  /// Copies and checks what an entry offers.
  ///
  /// - Throws: `HostError` of kind plugin with the first flaw found.
  init(checking entry: UnsafePointer<sth_entry>) throws(HostError) {
    let raw = entry.pointee
    guard raw.struct_size >= UInt32(MemoryLayout<sth_entry>.size) else {
      throw HostError(
        .plugin, "its entry is \(raw.struct_size) bytes, this host's contract says \(MemoryLayout<sth_entry>.size)")
    }
    guard raw.abi_major == STH_ABI_MAJOR else {
      throw HostError(
        .plugin, "it was built for version \(raw.abi_major) of the plugin contract, this host speaks \(STH_ABI_MAJOR)")
    }
    guard let pointer = raw.descriptor else { throw HostError(.plugin, "it has no descriptor") }
    let descriptor = pointer.pointee
    guard descriptor.struct_size >= UInt32(MemoryLayout<sth_descriptor>.size) else {
      throw HostError(
        .plugin,
        "its descriptor is \(descriptor.struct_size) bytes, the contract says \(MemoryLayout<sth_descriptor>.size)")
    }
    guard
      raw.create != nil, raw.destroy != nil, raw.negotiate != nil, raw.activate != nil, raw.deactivate != nil,
      raw.process != nil, raw.reset != nil
    else { throw HostError(.plugin, "one of its functions is missing") }
    self.id = try PluginInfo.text(descriptor.id, "id")
    guard id.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 }), !id.isEmpty
    else {
      throw HostError(.plugin, "its id '\(id.prefix(80))' is not made of a-z, 0-9, '.' and '-'")
    }
    self.name = try PluginInfo.text(descriptor.name, "name")
    self.version = try PluginInfo.text(descriptor.version, "version")
    self.vendor = try PluginInfo.text(descriptor.vendor, "vendor")
    self.licence = try PluginInfo.text(descriptor.licence, "licence")
    self.description = try PluginInfo.text(descriptor.description, "description")
    self.abi = "\(raw.abi_major).\(raw.abi_minor)"
    self.isStateless = descriptor.flags & STH_PLUGIN_STATELESS != 0
    self.identifiesModels = raw.get_extension.map { $0(STH_EXTENSION_MODELS) != nil } ?? false
    self.parameters = try PluginInfo.parameters(of: descriptor)
  }

  private static func text(_ pointer: UnsafePointer<CChar>?, _ what: String) throws(HostError) -> String {
    guard let pointer else { throw HostError(.plugin, "it has no \(what)") }
    return String(cString: pointer)
  }

  private static func parameters(of descriptor: sth_descriptor) throws(HostError) -> [ParameterInfo] {
    guard descriptor.param_count <= 1024, descriptor.param_count == 0 || descriptor.params != nil else {
      throw HostError(.plugin, "its table of \(descriptor.param_count) parameters cannot be read")
    }
    var result: [ParameterInfo] = []
    for index in 0..<Int(descriptor.param_count) {
      guard let parameter = descriptor.params[index] else {
        throw HostError(.plugin, "parameter \(index + 1) is missing")
      }
      let info = try ParameterInfo(checking: parameter, number: index)
      guard !result.contains(where: { $0.key == info.key }) else {
        throw HostError(.plugin, "two parameters have the key '\(info.key)'")
      }
      result.append(info)
    }
    return result
  }
}
