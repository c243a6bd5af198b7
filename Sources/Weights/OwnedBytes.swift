// Memory of a tensor that came from no file.

/// A copy of some bytes, 64-byte aligned, freed with its owner.
final class OwnedBytes: Sendable {
  // SAFETY: written once in init, before anybody else can see it, and valid until deinit.
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  init(copying source: UnsafeRawBufferPointer) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 64)
    memory.copyMemory(from: source)
    bytes = UnsafeRawBufferPointer(memory)
  }

  deinit { bytes.deallocate() }
}
