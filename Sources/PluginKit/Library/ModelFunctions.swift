// What a plugin that runs from model files can be asked, without its type.

/// The questions of the models extension, bound to a type of plugin.
struct ModelFunctions: Sendable {
  let identify: @Sendable (WeightSet) throws(PluginError) -> ModelInfo?
  let fresh: @Sendable (_ width: Int?) throws(PluginError) -> FreshNetwork?
}
