// The fully connected layer.
import PluginKit

/// A 1x1 convolution: of a value [planes, 1, 1] PyTorch's `Linear`, of one with more pixels the same for each of them.
public struct Linear {
  private let weight: Tensor, bias: Tensor
  /// Planes that come out.
  public let outPlanes: Int

  /// Takes `key.weight` [out, in] and `key.bias` [out]; `planes`: those that go in, then those that come out.
  public init(_ file: inout Checkpoint, _ key: String, _ planes: inout Int) throws(PluginError) {
    let name = "\(key).weight"
    guard let shape = file.shape(of: name) else { throw file.failure("tensor '\(name)' is missing") }
    guard shape.count == 2, shape[1] == planes, shape[0] >= 1,
      let kernel = try file.tensor(name, shape).reshaped(shape + [1, 1])
    else { throw file.failure("tensor '\(name)' is \(WeightSet.text(shape)), expected [planes,\(planes)]") }
    weight = kernel
    bias = try file.tensor("\(key).bias", [shape[0]])
    outPlanes = shape[0]
    planes = shape[0]
  }

  /// x: [in, h, w]. Gives [out, h, w].
  public func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    g.conv2d(x, weight: g.constant(weight), bias: g.constant(bias))
  }
}
