// The values of one moment.
import PluginAPI

/// A snapshot of all values, on loan for the call it came with. Reading numbers allocates nothing.
public struct Parameters {
  // SAFETY: the contract lends `count` values until the call returns that brought them.
  private let values: UnsafeBufferPointer<sth_value>
  private let rows: [ParameterRow]

  /// Refuses a snapshot with fewer values than the plugin has parameters, or without one that is required.
  init(_ pointer: UnsafePointer<sth_params>?, rows: [ParameterRow]) throws(PluginError) {
    let params = SizedStruct.read(pointer, blank: sth_params())
    guard Int(params.count) >= rows.count, rows.isEmpty || params.values != nil else {
      throw PluginError(
        .badParameter, "cannot read the parameters: the host gave \(params.count) values for \(rows.count) parameters")
    }
    values = UnsafeBufferPointer(start: params.values, count: rows.count)
    self.rows = rows
    for i in 0..<rows.count where rows[i].isRequired && rows[i].isAbsent(values[i]) {
      throw PluginError(.badParameter, "cannot start without a value of '\(rows[i].key)': \(rows[i].help)")
    }
  }

  /// The value of a parameter; for one that is not in the descriptor's table, what its type makes of nothing given.
  public subscript<Value>(_ parameter: Parameter<Value>) -> Value {
    // A plain loop: the generic algorithms of the standard library allocate where they are not specialised.
    for i in 0..<rows.count where rows[i].key == parameter.row.key { return parameter.read(values[i]) }
    return parameter.read(blank(parameter.row))
  }

  private func blank(_ row: ParameterRow) -> sth_value {
    var value = sth_value()
    value.number = row.defaultNumber
    value.integer = Int64(exactly: row.defaultNumber.rounded()) ?? 0
    return value
  }
}
