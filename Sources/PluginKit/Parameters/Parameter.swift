// Typed parameters: declared once as constants, listed in the descriptor, looked up by the same constants.
import PluginAPI

/// A parameter whose value is a `Value` in Swift.
///
///     static let amount = Parameter.float("amount", "Amount", in: 0...100, default: 50, help: "How much").unit("%")
///
/// Use real units (dB, pixels, degrees), not 0...1 for everything.
public struct Parameter<Value>: ParameterDeclaration {
  /// The row of the table.
  public var row: ParameterRow
  let read: @Sendable (sth_value) -> Value

  /// The unit shown behind the value: "px", "dB", "%".
  public func unit(_ unit: String) -> Self { with { $0.unit = unit } }

  /// The value may change from frame to frame: read it from `Frame.parameters`.
  public var runtime: Self { with { $0.flags |= STH_PARAM_RUNTIME } }

  private func with(_ change: (inout ParameterRow) -> Void) -> Self {
    var copy = self
    change(&copy.row)
    return copy
  }
}

extension Parameter where Value == Bool {
  /// On or off.
  public static func bool(_ key: String, _ label: String, default value: Bool, help: String) -> Self {
    let row = ParameterRow(
      key: key, kind: STH_PARAM_BOOL, label: label, help: help, hard: 0...1, soft: 0...1, defaultNumber: value ? 1 : 0)
    return Self(row: row) { $0.integer != 0 }
  }
}

extension Parameter where Value == Int {
  /// A whole number; values outside `range` are refused by the host.
  public static func int(
    _ key: String, _ label: String, in range: ClosedRange<Int>, default value: Int, help: String
  ) -> Self {
    let limits = Double(range.lowerBound)...Double(range.upperBound)
    let row = ParameterRow(
      key: key, kind: STH_PARAM_INT, label: label, help: help, hard: limits, soft: limits, defaultNumber: Double(value))
    return Self(row: row) { Int($0.integer) }
  }

  /// A control shows this part of the range.
  public func shown(_ range: ClosedRange<Int>) -> Self {
    with { $0.soft = Double(range.lowerBound)...Double(range.upperBound) }
  }
}

extension Parameter where Value == Double {
  /// A number; values outside `range` are refused by the host.
  public static func float(
    _ key: String, _ label: String, in range: ClosedRange<Double>, default value: Double, help: String
  ) -> Self {
    let row = ParameterRow(
      key: key, kind: STH_PARAM_FLOAT, label: label, help: help, hard: range, soft: range, defaultNumber: value)
    return Self(row: row) { $0.number }
  }

  /// A control shows this part of the range.
  public func shown(_ range: ClosedRange<Double>) -> Self { with { $0.soft = range } }
}

extension Parameter where Value: CaseIterable & RawRepresentable<String> & Sendable, Value.AllCases: Sendable {
  /// One of the cases of an enum; their raw values are what a person types.
  public static func choice(_ key: String, _ label: String, default value: Value, help: String) -> Self {
    let cases = Array(Value.allCases)
    let index = cases.firstIndex { $0.rawValue == value.rawValue } ?? 0
    let row = ParameterRow(
      key: key, kind: STH_PARAM_CHOICE, label: label, help: help, hard: 0...Double(max(0, cases.count - 1)),
      soft: 0...Double(max(0, cases.count - 1)), defaultNumber: Double(index), choices: cases.map(\.rawValue))
    return Self(row: row) { cases.indices.contains(Int($0.integer)) ? cases[Int($0.integer)] : value }
  }
}

extension Parameter where Value == String {
  /// Any text.
  public static func string(_ key: String, _ label: String, default value: String = "", help: String) -> Self {
    let row = ParameterRow(key: key, kind: STH_PARAM_STRING, label: label, help: help, defaultText: value)
    return Self(row: row) { $0.text.map { String(cString: $0) } ?? value }
  }

  /// The model file that the plugin cannot run without; filled when a person names a file as the style.
  public static func model(_ key: String = "model", _ label: String = "Model file", help: String) -> Self {
    let flags = STH_PARAM_REQUIRED | STH_PARAM_MODEL
    let row = ParameterRow(key: key, kind: STH_PARAM_PATH, flags: flags, label: label, help: help)
    return Self(row: row) { CText.string($0.text) }
  }
}

extension Parameter where Value == String? {
  /// A file that exists, or nil where none is given.
  public static func path(_ key: String, _ label: String, help: String) -> Self {
    let row = ParameterRow(key: key, kind: STH_PARAM_PATH, label: label, help: help)
    return Self(row: row) { $0.text.map { String(cString: $0) } }
  }

  /// The model file, filled when a person names a file as the style; where none is named the host takes the one of this name that comes with
  /// it; nil where it has none.
  public static func model(bundled name: String, help: String) -> Self {
    let row = ParameterRow(key: "model", kind: STH_PARAM_PATH, flags: STH_PARAM_MODEL, label: "Model file", help: help)
    return Self(row: row) { $0.text.map { String(cString: $0) } }.bundled(name)
  }

  /// Where no file is given the host takes the one of this name that comes with it; nil where it has none.
  public func bundled(_ name: String) -> Self {
    with {
      $0.flags |= STH_PARAM_BUNDLED
      $0.defaultText = name
    }
  }
}

extension Parameter where Value == Image? {
  /// A picture the host has decoded, black 0, white 1; nil where none is given. On loan like the parameters it came in.
  public static func image(_ key: String, _ label: String, help: String) -> Self {
    let row = ParameterRow(key: key, kind: STH_PARAM_IMAGE, label: label, help: help)
    return Self(row: row) { try? Image($0.image) }
  }

  /// Without a picture the host does not start the plugin.
  public var required: Self { with { $0.flags |= STH_PARAM_REQUIRED } }
}

extension Parameter where Value == [Image] {
  /// Pictures the host has decoded, black 0, white 1, in the order given; a person types their paths with '+' between them.
  /// On loan like the parameters they came in.
  public static func images(_ key: String, _ label: String, help: String) -> Self {
    let row = ParameterRow(key: key, kind: STH_PARAM_IMAGES, label: label, help: help)
    return Self(row: row) { value in
      guard let images = value.images else { return [] }
      let pictures = (0..<max(0, Int(value.integer))).map { try? Image(images[$0]) }
      // Fewer than were given would take each other's places.
      return pictures.contains { $0 == nil } ? [] : pictures.compactMap(\.self)
    }
  }

  /// Without a picture the host does not start the plugin.
  public var required: Self { with { $0.flags |= STH_PARAM_REQUIRED } }
}
