// A type of plugin as C sees it: the static tables, built once.
import PluginAPI

/// One type of plugin: its immortal tables, and how to make an instance.
final class PluginType: Sendable {
  let id: String
  let rows: [ParameterRow]
  let make: @Sendable (PluginHost, Parameters, [ParameterRow]) throws(PluginError) -> AnyInstance
  let functions: ModelFunctions?
  // SAFETY: written by init before anyone else can see them, never changed and never freed.
  nonisolated(unsafe) let entry: UnsafePointer<sth_entry>
  nonisolated(unsafe) let models: UnsafePointer<sth_models_api>?

  /// Builds the tables around the C functions of a seat.
  init(
    _ descriptor: PluginDescriptor, seat: Seat,
    make: @escaping @Sendable (PluginHost, Parameters, [ParameterRow]) throws(PluginError) -> AnyInstance,
    models functions: ModelFunctions?
  ) {
    id = descriptor.id
    rows = descriptor.parameters.map(\.row)
    self.make = make
    self.functions = functions

    var table = sth_entry()
    table.struct_size = UInt32(MemoryLayout<sth_entry>.size)
    (table.abi_major, table.abi_minor) = (STH_ABI_MAJOR, STH_ABI_MINOR)
    table.descriptor = Self.immortal(Self.descriptor(descriptor))
    InstanceFunctions.fill(&table)
    table.create = seat.create
    table.get_extension = functions == nil ? nil : seat.getExtension
    entry = Self.immortal(table)

    var api = sth_models_api()
    api.struct_size = UInt32(MemoryLayout<sth_models_api>.size)
    api.identify = seat.identify
    api.describe_fresh = seat.describeFresh
    models = functions == nil ? nil : Self.immortal(api)
  }

  private static func descriptor(_ swift: PluginDescriptor) -> sth_descriptor {
    var c = sth_descriptor()
    c.struct_size = UInt32(MemoryLayout<sth_descriptor>.size)
    c.flags = swift.isStateless ? STH_PLUGIN_STATELESS : 0
    (c.id, c.name, c.version) = (CText.immortal(swift.id), CText.immortal(swift.name), CText.immortal(swift.version))
    (c.vendor, c.licence) = (CText.immortal(swift.vendor), CText.immortal(swift.licence))
    c.description = CText.immortal(swift.description)
    c.param_count = UInt32(swift.parameters.count)
    // SAFETY: allocated once per type of plugin and never freed, as the contract asks of descriptors.
    let table = UnsafeMutablePointer<UnsafePointer<sth_param>?>.allocate(capacity: max(1, swift.parameters.count))
    for (i, parameter) in swift.parameters.enumerated() { (table + i).initialize(to: parameter.row.immortal()) }
    c.params = UnsafePointer(table)
    return c
  }

  private static func immortal<Table>(_ table: Table) -> UnsafePointer<Table> {
    // SAFETY: as above.
    let place = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    place.initialize(to: table)
    return UnsafePointer(place)
  }
}
