// Places inside VGG, by the names that everybody uses.

/// "relu3_2" is what comes out of the second convolution of the third stage behind its ReLU, "conv3_2" what comes out before it.
public struct VGGLayer: Hashable, Sendable, Comparable, LosslessStringConvertible {
  /// Counted from 1; between stages the picture is halved.
  public let stage: Int
  /// Within the stage, counted from 1.
  public let convolution: Int
  /// Behind the ReLU.
  public let isRectified: Bool

  /// Reads "relu1_1" ... "relu5_4" and "conv1_1" ... "conv5_4"; nil for anything else.
  public init?(_ text: String) {
    let isRectified = text.hasPrefix("relu")
    guard isRectified || text.hasPrefix("conv") else { return nil }
    let numbers = text.dropFirst(4).split(separator: "_", omittingEmptySubsequences: false)
    guard numbers.count == 2, numbers.allSatisfy({ $0.count == 1 }), let stage = Int(numbers[0]),
      let convolution = Int(numbers[1]), (1...5).contains(stage), (1...4).contains(convolution)
    else { return nil }
    (self.stage, self.convolution, self.isRectified) = (stage, convolution, isRectified)
  }

  /// A layer from its parts.
  init(stage: Int, convolution: Int, isRectified: Bool = true) {
    (self.stage, self.convolution, self.isRectified) = (stage, convolution, isRectified)
  }

  /// "relu3_2"
  public var description: String { "\(isRectified ? "relu" : "conv")\(stage)_\(convolution)" }

  /// In the order of the network.
  public static func < (a: VGGLayer, b: VGGLayer) -> Bool {
    (a.stage, a.convolution, a.isRectified ? 1 : 0) < (b.stage, b.convolution, b.isRectified ? 1 : 0)
  }

  /// Pixels along a side of the features of a picture with so many: pools round down.
  public func extent(_ pixels: Int) -> Int { pixels >> (stage - 1) }
}
