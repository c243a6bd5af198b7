// The fixed filters with which CUT reduces and enlarges without aliasing (Zhang, ICML 2019).
import PluginKit

/// Half the size: [1 2 1] along both axes on a reflected border, every second pixel kept.
struct BlurDown {
  let channels: Int

  /// Checks `key.filt` [channels, 1, 3, 3] where the file has it. Throws `badWeights` for another filter.
  init(_ checkpoint: inout Checkpoint, _ key: String, _ channels: Int) throws(PluginError) {
    self.channels = channels
    try checkpoint.check(filter: "\(key).filt", channels, Self.kernel)
  }

  /// [1 2 1] by [1 2 1], of sum 1.
  static let kernel: [Float] = [1, 2, 1, 2, 4, 2, 1, 2, 1].map { $0 / 16 }

  /// x: [channels, h, w]. Gives [channels, ceil(h / 2), ceil(w / 2)].
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    let weight = g.constant("blur", shape: [channels, 1, 3, 3], (0..<channels).flatMap { _ in Self.kernel })
    return g.conv2d(g.pad2d(x, .all(1), .reflect), weight: weight, bias: nil, stride: 2, groups: channels)
  }
}

/// Twice the size: the transpose of [1 3 3 1] along both axes on a repeated border, which is linear interpolation.
struct BlurUp {
  /// Checks `key.filt` [channels, 1, 4, 4] where the file has it. Throws `badWeights` for another filter.
  init(_ checkpoint: inout Checkpoint, _ key: String, _ channels: Int) throws(PluginError) {
    try checkpoint.check(filter: "\(key).filt", channels, Self.kernel)
  }

  /// [1 3 3 1] by [1 3 3 1], of sum 4: each pixel goes to four.
  static let kernel: [Float] = [1, 3, 3, 1, 3, 9, 9, 3, 3, 9, 9, 3, 1, 3, 3, 1].map { $0 / 16 }

  /// x: [channels, h, w]. Gives [channels, 2 h, 2 w].
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    g.resize2d(x, Resize(.linear, .halfPixel, scale: 2))
  }
}

extension Checkpoint {
  /// Takes a buffer that holds the same square kernel for every channel; it may be missing, for it cannot be another.
  fileprivate mutating func check(filter key: String, _ channels: Int, _ kernel: [Float]) throws(PluginError) {
    guard has(key) else { return }
    let side = kernel.count == 9 ? 3 : 4
    let numbers = try tensor(key, [channels, 1, side, side]).floats()
    let isExpected = numbers.indices.allSatisfy { abs(numbers[$0] - kernel[$0 % kernel.count]) < 1e-3 }
    guard isExpected else { throw failure("tensor '\(key)' is another filter than the one of CUT") }
  }
}
