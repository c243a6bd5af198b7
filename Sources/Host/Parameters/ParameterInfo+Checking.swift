// ParameterInfo+Checking.swift - reads sth_param and says what is wrong with a plugin's table.

import PluginAPI

extension ParameterInfo {
  /// Copies one entry of a plugin's table.
  ///
  /// - Throws: `HostError` of kind plugin naming the parameter and its flaw.
  init(checking parameter: UnsafePointer<sth_param>, number: Int) throws(HostError) {
    let raw = parameter.pointee
    func flaw(_ reason: String) -> HostError { HostError(.plugin, "parameter \(number + 1) \(reason)") }
    guard raw.struct_size >= UInt32(MemoryLayout<sth_param>.size) else {
      throw flaw("is smaller (\(raw.struct_size) bytes) than the contract says")
    }
    guard let key = raw.key.map({ String(cString: $0) }), ParameterInfo.isKey(key) else {
      throw flaw("has no key of lower case letters, digits and '-'")
    }
    guard let kind = ParameterInfo.kind(raw.kind) else { throw flaw("'\(key)' is of the unknown kind \(raw.kind)") }
    guard let label = raw.label, let help = raw.help else { throw flaw("'\(key)' has no label or no help") }

    var choices: [String] = []
    if kind == .choice {
      guard raw.choice_count >= 1, raw.choice_count <= 1024, let table = raw.choices else {
        throw flaw("'\(key)' is a choice without choices")
      }
      for index in 0..<Int(raw.choice_count) {
        guard let choice = table[index] else { throw flaw("'\(key)' has an empty choice") }
        choices.append(String(cString: choice))
      }
    }
    self.key = key
    self.kind = kind
    self.label = String(cString: label)
    self.help = String(cString: help)
    self.unit = raw.unit.map { String(cString: $0) }
    self.isRequired = raw.flags & STH_PARAM_REQUIRED != 0
    self.isRuntime = raw.flags & STH_PARAM_RUNTIME != 0
    self.isModel = raw.flags & STH_PARAM_MODEL != 0
    self.isBundled = raw.flags & STH_PARAM_BUNDLED != 0
    self.choices = choices
    let isNumber = kind == .int || kind == .float
    let finite = { (value: Double) in isNumber && value.isFinite && abs(value) < 9e18 ? value : nil }
    (self.hardMin, self.hardMax) = (finite(raw.hard_min), finite(raw.hard_max))
    (self.softMin, self.softMax) = (finite(raw.soft_min), finite(raw.soft_max))
    let hasNumber = isNumber || kind == .bool || kind == .choice
    self.defaultNumber = hasNumber && raw.default_number.isFinite ? raw.default_number : nil
    self.defaultText = hasNumber ? nil : raw.default_text.map { String(cString: $0) }
    if let reason = sanityFlaw(raw) { throw flaw("'\(key)' \(reason)") }
  }

  private func sanityFlaw(_ raw: sth_param) -> String? {
    if isModel, kind != .path { return "is marked as the model but is not a path" }
    if isBundled, kind != .path || isRequired || defaultText?.contains("/") ?? true {
      return "is marked as a file of the host's but is not a path with the name of one as its default"
    }
    switch kind {
    case .int, .float:
      guard !raw.hard_min.isNaN, !raw.hard_max.isNaN, raw.hard_min <= raw.hard_max else {
        return "has an empty hard range"
      }
      guard isRequired || (raw.hard_min...raw.hard_max).contains(raw.default_number) else {
        return "has a default outside its hard range"
      }
    case .choice:
      guard isRequired || (defaultNumber.flatMap(Int.init(exactly:)).map(choices.indices.contains) ?? false) else {
        return "has a default that is not one of its choices"
      }
    case .bool:
      guard isRequired || raw.default_number == 0 || raw.default_number == 1 else {
        return "has a default that is neither 0 nor 1"
      }
    case .string, .path, .image, .images: break
    }
    return nil
  }

  private static func isKey(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }

  private static func kind(_ code: UInt32) -> Kind? {
    switch code {
    case STH_PARAM_BOOL: return .bool
    case STH_PARAM_INT: return .int
    case STH_PARAM_FLOAT: return .float
    case STH_PARAM_CHOICE: return .choice
    case STH_PARAM_STRING: return .string
    case STH_PARAM_PATH: return .path
    case STH_PARAM_IMAGE: return .image
    case STH_PARAM_IMAGES: return .images
    default: return nil
    }
  }
}
