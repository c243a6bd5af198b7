// StyleChain+Starting.swift - creates the instances of a chain.

extension StyleChain {
  /// Starts every style, in order; those that a timeline switches between make up the chain's stage.
  ///
  /// - Parameter withheld: keeps every extension from the plugins; for validation.
  /// - Throws: `HostError`: plugin, or usage for a parameter that a plugin refuses.
  public static func start(
    _ styles: [ResolvedStyle], _ services: ComputeServices, withheld: Bool = false
  ) throws(HostError) -> StyleChain {
    var (staged, steps): ([StyleStep], [StyleStep]) = ([], [])
    for (slot, style) in styles.enumerated() {
      let step = try step(style, slot: slot, services, withheld: withheld)
      if style.isSwitched { staged.append(step) } else { steps.append(step) }
    }
    return StyleChain(steps, services, stage: staged.isEmpty ? nil : StyleStage(staged, services))
  }

  private static func step(
    _ style: ResolvedStyle, slot: Int, _ services: ComputeServices, withheld: Bool
  ) throws(HostError) -> StyleStep {
    func snapshot(_ values: [ParameterValue]) throws(HostError) -> ParameterSnapshot {
      try ParameterSnapshot(values) { path throws(HostError) in try PictureDecoder.decode(path, services) }
    }
    let own = InstanceServices(services, plugin: style.plugin.info.id, precision: style.precision, withheld: withheld)
    let instance = try StyleInstance(style.plugin, snapshot: snapshot(style.values.values), services: own)
    let animated =
      style.animation.isEmpty
      ? nil
      : AnimatedValues(style.animation, of: instance.snapshot, stored: try snapshot(style.animation.stored))
    if style.options.seed != nil {
      services.log.once(.info, "style '\(style.plugin.info.id)' has nothing random: seed= changes nothing")
    }
    return StyleStep(instance, style, animated: animated, slot: slot, services)
  }
}
