// StyleOptions+Table.swift - the common options as parameters: keys, ranges, defaults and help.

extension StyleOptions {
  /// The table, in the order of help.
  public static let parameters: [ParameterInfo] = [
    ParameterInfo(
      key: "strength", label: "Strength", kind: .float, range: 0...1, standard: 1, isRuntime: true,
      help: "How much of the style there is: 0 is the source to the byte, 1 all of the style; blended in R'G'B'"),
    ParameterInfo(
      key: "color", label: "Colours", choices: Colour.allCases.map(\.rawValue),
      help:
        "Whose colours the result has: the style's; the source's chroma with the style's luma (keep); or the style's with the "
        + "mean and covariance of the source's (match)"),
    ParameterInfo(
      key: "mask", label: "Mask",
      help:
        "Where the style applies: a picture or a video, white all of it and black the source to the byte, laid over the frame whatever "
        + "its size; or a formula of x, y, w, h, t (seconds) and n (frames), gte(x\\,w/2)"),
    ParameterInfo(
      key: "size", label: "Working size",
      help:
        "The size that the style works at, 640x360, or its shorter side, 360; the result is brought to full size guided by the source"
    ),
    ParameterInfo(
      key: "scale", label: "Working scale", kind: .float, range: 0.05...4, standard: 1,
      help: "The same as a share of the full size"),
    ParameterInfo(
      key: "seed", label: "Seed", kind: .int, range: 0...4_294_967_295, standard: 0,
      help: "Where random numbers begin; plugins without any accept it"),
  ]
}

extension StyleOptions {
  /// "strength=, color=, ..."
  public static var keys: String { parameters.map { "\($0.key)=" }.joined(separator: ", ") }

  /// Those that a plugin's style has: a key that the plugin declares itself is the plugin's.
  public static func parameters(beside plugin: PluginInfo) -> [ParameterInfo] {
    parameters.filter { option in !plugin.parameters.contains { $0.key == option.key } }
  }
}

extension ParameterInfo {
  /// A number with a range.
  fileprivate init(
    key: String, label: String, kind: Kind, range: ClosedRange<Double>, standard: Double, isRuntime: Bool = false,
    help: String
  ) {
    self.init(
      key: key, label: label, help: help, unit: nil, kind: kind, isRequired: false, isRuntime: isRuntime,
      isModel: false, isBundled: false,
      hardMin: range.lowerBound, hardMax: range.upperBound, softMin: range.lowerBound, softMax: range.upperBound,
      defaultNumber: standard, defaultText: nil, choices: [])
  }

  /// A choice, by default the first.
  fileprivate init(key: String, label: String, choices: [String], help: String) {
    self.init(
      key: key, label: label, help: help, unit: nil, kind: .choice, isRequired: false, isRuntime: false, isModel: false,
      isBundled: false,
      hardMin: nil, hardMax: nil, softMin: nil, softMax: nil, defaultNumber: 0, defaultText: nil, choices: choices)
  }

  /// A text, by default none.
  fileprivate init(key: String, label: String, help: String) {
    self.init(
      key: key, label: label, help: help, unit: nil, kind: .string, isRequired: false, isRuntime: false, isModel: false,
      isBundled: false,
      hardMin: nil, hardMax: nil, softMin: nil, softMax: nil, defaultNumber: nil, defaultText: nil, choices: [])
  }
}
