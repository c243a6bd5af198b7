// A row of the table of parameters: everything the host needs to parse, check, document and show one.
import PluginAPI

/// Anything that can stand in a plugin's table of parameters: a `Parameter` of any type of value.
public protocol ParameterDeclaration: Sendable {
  /// The row.
  var row: ParameterRow { get }
}

/// A row of the table, without the Swift type of its value. Made by the functions of `Parameter`.
public struct ParameterRow: Sendable {
  var key: String
  var kind: UInt32
  var flags: UInt32 = 0
  var label: String
  var help: String
  var unit: String?
  var hard: ClosedRange<Double> = 0...0
  var soft: ClosedRange<Double> = 0...0
  var defaultNumber: Double = 0
  var defaultText: String?
  var choices: [String] = []

  /// The row in the contract's form, immortal like the descriptor it belongs to.
  func immortal() -> UnsafePointer<sth_param> {
    var names: UnsafePointer<UnsafePointer<CChar>?>?
    if !choices.isEmpty {
      // SAFETY: allocated once per table and never freed, as the contract asks of descriptors.
      let list = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: choices.count)
      for (i, choice) in choices.enumerated() { (list + i).initialize(to: CText.immortal(choice)) }
      names = UnsafePointer(list)
    }
    var param = sth_param()
    param.struct_size = UInt32(MemoryLayout<sth_param>.size)
    (param.kind, param.flags, param.choice_count) = (kind, flags, UInt32(choices.count))
    (param.key, param.label, param.help) = (CText.immortal(key), CText.immortal(label), CText.immortal(help))
    param.unit = unit.map(CText.immortal)
    (param.hard_min, param.hard_max) = (hard.lowerBound, hard.upperBound)
    (param.soft_min, param.soft_max) = (soft.lowerBound, soft.upperBound)
    param.default_number = defaultNumber
    param.default_text = defaultText.map(CText.immortal)
    param.choices = names
    // SAFETY: as above.
    let place = UnsafeMutablePointer<sth_param>.allocate(capacity: 1)
    place.initialize(to: param)
    return UnsafePointer(place)
  }

  /// A value of this kind that was not given; numbers always are.
  func isAbsent(_ value: sth_value) -> Bool {
    switch kind {
    case STH_PARAM_STRING, STH_PARAM_PATH: value.text == nil
    case STH_PARAM_IMAGE: value.image == nil
    case STH_PARAM_IMAGES: value.integer < 1 || value.images == nil
    default: false
    }
  }

  var isRequired: Bool { flags & STH_PARAM_REQUIRED != 0 }
}
