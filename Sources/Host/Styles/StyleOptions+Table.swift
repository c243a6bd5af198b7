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
      key: "seed", label: "Seed", kind: .int, range: 0...4_294_967_295, standard: 0,
      help: "Where random numbers begin; plugins without any accept it"),
  ]
}

extension ParameterInfo {
  /// A number with a range.
  fileprivate init(
    key: String, label: String, kind: Kind, range: ClosedRange<Double>, standard: Double, isRuntime: Bool = false,
    help: String
  ) {
    self.init(
      key: key, label: label, help: help, unit: nil, kind: kind, isRequired: false, isRuntime: isRuntime,
      isModel: false,
      hardMin: range.lowerBound, hardMax: range.upperBound, softMin: range.lowerBound, softMax: range.upperBound,
      defaultNumber: standard, defaultText: nil, choices: [])
  }

  /// A choice, by default the first.
  fileprivate init(key: String, label: String, choices: [String], help: String) {
    self.init(
      key: key, label: label, help: help, unit: nil, kind: .choice, isRequired: false, isRuntime: false, isModel: false,
      hardMin: nil, hardMax: nil, softMin: nil, softMax: nil, defaultNumber: 0, defaultText: nil, choices: choices)
  }
}
