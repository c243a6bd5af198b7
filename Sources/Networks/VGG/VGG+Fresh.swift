// A small network of VGG's layout that has learnt nothing yet.
import PluginKit

extension VGG {
  /// The layers that a network distilled from this one has: all to the first of the fifth stage, which no published objective goes
  /// beyond.
  public var distilledLayers: [VGGLayer] {
    stages.enumerated().flatMap { s, stage in
      stage.indices.prefix(s < 4 ? stage.count : 1).map { VGGLayer(stage: s + 1, convolution: $0 + 1) }
    }
  }

  /// The tensors of a network with `share` of the planes of each layer, whole numbers >= 1, and a matrix beside each.
  public func distilled(share: Double) -> FreshNetwork {
    func planes(_ layer: VGGLayer) -> Int { max(1, Int((share * Double(self.planes(of: layer))).rounded())) }
    let width = planes(VGGLayer(stage: 1, convolution: 1))
    var net = FreshNetwork(
      ModelInfo(
        architecture: "Features distilled from \(name), width \(width)", pixels: "RGB 0...255 in", width: width))
    var before = 3
    for layer in distilledLayers {
      net.conv2d("conv\(layer.stage)_\(layer.convolution)", (before, planes(layer)), kernel: 3)
      net.conv2d("\(layer)", (planes(layer), planes(layer)), kernel: 1)
      before = planes(layer)
    }
    return net
  }

  /// Weight [planes, planes before, 3, 3] and bias [planes] of the convolution of a layer, in row-major order; none of a layer that is not there.
  public func numbers(of layer: VGGLayer) -> (weight: [Float], bias: [Float]) {
    guard stages.indices.contains(layer.stage - 1), stages[layer.stage - 1].indices.contains(layer.convolution - 1)
    else {
      return ([], [])
    }
    let conv = stages[layer.stage - 1][layer.convolution - 1]
    return (conv.weight.floats(), conv.bias?.floats() ?? [])
  }
}
