// ChannelVector.swift - numbers per channel as map kernels want them: padded with zeros to 16, aligned, between canaries.

/// `[c]` floats, or any floats rounded up to a multiple of 16.
final class ChannelVector {
  let count: Int
  let pointer: UnsafeMutablePointer<Float>
  private let memory: GuardedBytes

  /// Room for results, full of NaNs.
  init(count: Int) {
    self.count = count
    let padded = (count + 15) / 16 * 16
    memory = GuardedBytes(count: padded * 4)
    pointer = memory.pointer.bindMemory(to: Float.self, capacity: padded)
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for index in 0..<(count + 15) / 16 * 16 { pointer[index] = index < count ? values[index] : 0 }
  }

  var values: [Float] { (0..<count).map { pointer[$0] } }

  /// The floats that fill up the last 16.
  var padding: [Float] { (count..<(count + 15) / 16 * 16).map { pointer[$0] } }

  var guardsIntact: Bool { memory.guardsIntact }
}
