// Whether the numbers of a variable have changed since something was made of them.
import Glibc

/// What a variable held when it was last looked at. Shared by the constants that are made of it.
final class VariableWatch: @unchecked Sendable {
  // SAFETY: used under the lock of its graph alone.

  private var known: [Float] = []
  /// At the last look the numbers were others than at the one before.
  private(set) var isChanged = true

  /// Compares the numbers with those of the last look, and remembers them.
  func look(at numbers: UnsafeBufferPointer<Float>) {
    let bytes = UnsafeRawBufferPointer(numbers)
    isChanged =
      known.count != numbers.count
      || known.withUnsafeBytes { known in
        guard let known = known.baseAddress, let bytes = bytes.baseAddress else { return true }
        return memcmp(known, bytes, numbers.count * MemoryLayout<Float>.stride) != 0
      }
    if isChanged { known = Array(numbers) }
  }

  /// Something was made of numbers that nobody has looked at: the next look finds a change.
  func forget() { known = [] }
}
