// How somebody looks on while a network is built.
import PluginKit

/// Is shown values inside a network as it is built, by the names that the authors' code has for the modules they come out of
/// ("model.4"): tests compare them with the authors' own, and make one of them the output of a graph.
public typealias Tap = (_ name: String, _ value: Value) -> Void
