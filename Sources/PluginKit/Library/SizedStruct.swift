// Structs that begin with their size: how old and new sides of the border understand each other.

/// Reads structs whose first field is `uint32_t struct_size`.
enum SizedStruct {
  /// The size the other side wrote, in bytes.
  static func size<Struct>(of pointer: UnsafePointer<Struct>) -> Int {
    // SAFETY: every struct and table of the contract starts with its struct_size.
    Int(UnsafeRawPointer(pointer).loadUnaligned(as: UInt32.self))
  }

  /// The struct as we know it: as many bytes as both sides have, the rest as in `blank`.
  static func read<Struct: BitwiseCopyable>(_ pointer: UnsafePointer<Struct>?, blank: Struct) -> Struct {
    guard let pointer else { return blank }
    var copy = blank
    let shared = min(size(of: pointer), MemoryLayout<Struct>.size)
    // SAFETY: `shared` bytes exist on both sides; Struct is plain data.
    withUnsafeMutableBytes(of: &copy) { $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: shared)) }
    return copy
  }
}
