// GuardedBytes.swift - a block of 64-byte aligned memory that notices writes behind its end.

/// `count` bytes for a kernel's workspace or packed weights, full of quiet NaNs, between canaries.
final class GuardedBytes {
  let pointer: UnsafeMutableRawPointer
  private let base: UnsafeMutableRawPointer
  private let count: Int
  private static let margin = 256

  init(count: Int) {
    self.count = count
    base = .allocate(byteCount: count + 2 * Self.margin, alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0xff, count: count + 2 * Self.margin)
    pointer = base + Self.margin
  }

  deinit { base.deallocate() }

  var guardsIntact: Bool {
    let bytes = UnsafeRawBufferPointer(start: base, count: count + 2 * Self.margin)
    return bytes.prefix(Self.margin).allSatisfy { $0 == 0xff } && bytes.suffix(Self.margin).allSatisfy { $0 == 0xff }
  }
}
