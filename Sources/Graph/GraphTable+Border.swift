// Crossing the C border: handles, strings, options in; statuses and sentences out.
import PluginAPI

extension GraphTable {
  /// The graph of a handle, or nil for NULL.
  static func graph(_ handle: OpaquePointer?) -> ComputeGraph? {
    handle.map { Unmanaged<ComputeGraph>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }

  /// Runs a building function; the mistake it makes stays with the graph, and the answer is 0.
  static func build(
    _ handle: OpaquePointer?, _ body: (ComputeGraph) throws(GraphError) -> sth_node
  ) -> sth_node {
    guard let graph = graph(handle) else { return 0 }
    do throws(GraphError) {
      return try body(graph)
    } catch {
      graph.keep(error)
      return 0
    }
  }

  /// A C string, or nothing for NULL; bytes that are not UTF-8 are replaced.
  static func text(_ string: UnsafePointer<CChar>?) -> String { string.map { String(cString: $0) } ?? "" }

  /// The options struct at a pointer, if it is there and as large as this version knows it.
  static func options<Options>(
    _ pointer: UnsafePointer<Options>?, _ subject: String, _ size: KeyPath<Options, UInt32>
  ) throws(GraphError) -> Options {
    guard let pointer else { throw .invalid("\(subject): the options are NULL") }
    let given = pointer.pointee[keyPath: size]
    guard Int(given) >= MemoryLayout<Options>.size else {
      throw .invalid("\(subject): struct_size is \(given), expected at least \(MemoryLayout<Options>.size)")
    }
    return pointer.pointee
  }

  /// Writes a failure into the caller's struct, if there is one, as far as its size allows; gives the status.
  static func report(_ failure: GraphError, _ place: UnsafeMutablePointer<sth_error>?) -> sth_status {
    guard let place else { return failure.status }
    let start = MemoryLayout<sth_error>.offset(of: \.message) ?? 8
    let room = min(Int(place.pointee.struct_size) - start, Int(STH_MESSAGE_BYTES))
    guard room > 0 else { return failure.status }
    place.pointee.code = failure.status
    var bytes = failure.description.utf8.map { $0 == 10 || $0 == 13 || $0 == 0 ? 32 : $0 }
    if bytes.count > room - 1 {
      bytes.removeSubrange((room - 1)...)
      // Not in the middle of a character.
      while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
      if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
    }
    let message = (UnsafeMutableRawPointer(place) + start).assumingMemoryBound(to: UInt8.self)
    for (index, byte) in bytes.enumerated() { message[index] = byte }
    message[bytes.count] = 0
    return failure.status
  }

  /// What a plan costs, as far as the caller's struct reaches.
  static func fill(_ info: UnsafeMutablePointer<sth_plan_info>, from plan: ComputePlan) {
    var full = sth_plan_info()
    full.struct_size = info.pointee.struct_size
    let first = plan.outputShapes[0]
    (full.output_c, full.output_h, full.output_w) = (Int32(first.c), Int32(first.h), Int32(first.w))
    full.arena_bytes = Int64(plan.arenaBytes)
    full.packed_bytes = Int64(plan.packedBytes)
    full.multiply_adds = Int64(plan.multiplyAdds)
    let bytes = min(Int(full.struct_size), MemoryLayout<sth_plan_info>.size)
    withUnsafeBytes(of: &full) {
      UnsafeMutableRawPointer(info).copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(info), byteCount: bytes)
    }
  }
}
