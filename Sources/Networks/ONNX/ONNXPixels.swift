// The values of pixels that a network takes or gives, and how they are found out.
import PluginKit

/// Values of black and white, or numbers that are subtracted and divided by.
public enum ONNXPixels: String, CaseIterable, Sendable {
  /// Found out from the file.
  case auto
  /// Black 0, white 255.
  case bytes = "0..255"
  /// Black 0, white 1.
  case unit = "0..1"
  /// Black -1, white 1.
  case signed = "-1..1"
  /// 0..1, less the mean of ImageNet's pixels, by their deviation.
  case imagenet
  /// 0..255, less the mean of ImageNet's pixels.
  case caffe

  /// Of input and output.
  public struct Pair: Sendable, Equatable {
    /// What the network takes, what it gives.
    public var input, output: ONNXPixels

    /// A pair from its parts.
    public init(input: ONNXPixels, output: ONNXPixels) { (self.input, self.output) = (input, output) }
  }

  /// The values that the host hands over or takes.
  public var range: PixelRange {
    switch self {
    case .auto, .bytes, .caffe: .bytes
    case .unit, .imagenet: .unit
    case .signed: .signed
    }
  }

  /// For a person.
  public var text: String {
    switch self {
    case .auto, .bytes: "0...255"
    case .unit: "0...1"
    case .signed: "-1...1"
    case .imagenet: "0...1 normalised as for ImageNet"
    case .caffe: "0...255 less the mean of ImageNet"
    }
  }

  /// Mean and deviation of R, G, B that the network works with; nil for none.
  private var normalisation: (mean: [Float], deviation: [Float])? {
    switch self {
    case .imagenet: ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    case .caffe: ([123.68, 116.779, 103.939], [1, 1, 1])
    case .auto, .bytes, .unit, .signed: nil
    }
  }

  /// The weights of R, G, B in a picture of one plane (ITU-R BT.601).
  private static let luma: [Float] = [0.299, 0.587, 0.114]

  /// A picture of 0...1 in the values that the host hands over.
  func fromUnit(_ x: Int, in program: inout ONNXProgram) -> Int {
    let range = range
    return range == .unit ? x : program.affine(x, by: range.white - range.black, plus: range.black)
  }

  /// From what the host hands over to what the network takes.
  func forth(_ x: Int, _ isBlueFirst: Bool, planes: Int, in program: inout ONNXProgram) -> Int {
    var x = x
    if let (mean, deviation) = normalisation {
      x = program.affine(x, scale: deviation.map { 1 / $0 }, shift: zip(mean, deviation).map { -$0 / $1 })
    }
    if planes == 1 { return program.matrix(x, [Self.luma]) }
    return isBlueFirst ? program.channels(x, [2, 1, 0]) : x
  }

  /// From what the network gives to what the host takes.
  func back(_ x: Int, _ isBlueFirst: Bool, in program: inout ONNXProgram) -> Int {
    let planes = program.size(x).channels
    var x = planes == 1 ? program.channels(x, [0, 0, 0]) : isBlueFirst ? program.channels(x, [2, 1, 0]) : x
    if let (mean, deviation) = normalisation { x = program.affine(x, scale: deviation, shift: mean) }
    return x
  }

  /// What the file says, what its last operator can give, and what its first does with pixels; 0..255 where none of them tells.
  public static func found(_ plan: ONNXPlan, _ weights: WeightSet) -> Pair {
    let hints: [String: ONNXPixels] = [
      "NominalRange_0_255": .bytes, "Normalized_0_1": .unit, "Normalized_1_1": .signed,
    ]
    let hint = weights.metadata("onnx.meta.Image.NominalPixelRange").flatMap { hints[$0] }
    let output = plan.program.range(plan.result).flatMap(ONNXPixels.init(values:))
    let input = hint ?? plan.program.firstAffine(plan.input).flatMap { ONNXPixels(scale: $0.scale, shift: $0.shift) }
    return Pair(input: input ?? output ?? .bytes, output: output ?? input ?? .bytes)
  }

  /// The pixels whose values reach from one number to another; nil where they are of no known kind.
  private init?(values: ClosedRange<Float>) {
    switch (values.lowerBound, values.upperBound) {
    case (-0.01...0.5, 0.5...1.01): self = .unit
    case (-1.01..<0, 0.5...1.01): self = .signed
    case (-200...100, 127...400): self = .bytes
    default: return nil
    }
  }

  /// The pixels that are multiplied and shifted like this first; nil where that tells nothing.
  private init?(scale: [Float], shift: [Float]) {
    guard let least = scale.map(abs).min(), let most = scale.map(abs).max(), let far = shift.map(abs).max() else {
      return nil
    }
    if most <= 0.05 || far >= 20 {
      self = .bytes
    } else if least >= 1.5, most <= 300 {
      self = .unit
    } else {
      return nil
    }
  }
}
