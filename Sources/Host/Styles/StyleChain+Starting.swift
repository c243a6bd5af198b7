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
      let instance = try StyleInstance(style.plugin, snapshot: snapshot, services: own)
      steps.append(StyleStep(instance, options: style.options, services))
      if style.options.seed != nil {
        services.log.once(.info, "style '\(style.plugin.info.id)' has nothing random: seed= changes nothing")
      }
    }
    return StyleChain(steps, services)
  }
}
