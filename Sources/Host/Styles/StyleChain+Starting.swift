// StyleChain+Starting.swift - creates the instances of a chain.

extension StyleChain {
  /// Starts every style, in order.
  ///
  /// - Parameter withheld: keeps every extension from the plugins; for validation.
  /// - Throws: `HostError`: plugin, or usage for a parameter that a plugin refuses.
  public static func start(
    _ styles: [ResolvedStyle], _ services: ComputeServices, withheld: Bool = false
  ) throws(HostError) -> StyleChain {
    var steps: [StyleStep] = []
    for style in styles {
      let snapshot = try ParameterSnapshot(style.values) { path throws(HostError) in
        try PictureDecoder.decode(path, services)
      }
      let own = InstanceServices(
        services, plugin: style.plugin.info.id, precision: style.precision, withheld: withheld)
      steps.append(
        StyleStep(try StyleInstance(style.plugin, snapshot: snapshot, services: own), options: style.options))
    }
    return StyleChain(steps, services)
  }
}
