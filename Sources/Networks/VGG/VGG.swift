// The network by whose features pictures are compared.
import PluginKit

/// The convolutions of VGG-16 or VGG-19 (Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015):
/// 3x3 with zeros around, each with a ReLU, a pool of 2 that rounds down between stages.
///
/// Every layer is as wide as the file says and the file may end anywhere, so that small networks of the same layout are read too. A network
/// that was distilled from another one has a matrix beside each layer, "relu3_2.weight" [planes, planes, 1, 1] and its bias: its
/// features are what comes out of there, and stand for those of the other network turned and cut to fewer planes.
public struct VGG {
  /// What is taken of each two by two pixels.
  public enum Pooling: String, CaseIterable, Sendable {
    /// The largest: as it was trained.
    case max
    /// Their mean, which Gatys et al. found to give nicer pictures.
    case average
  }

  /// "VGG-16", "VGG-19"
  public let name: String
  /// What pixels it is given.
  public let domain: VGGDomain
  /// What its pools take.
  public let pooling: Pooling
  /// Planes of its layers, as a share of those of the network it was distilled from: losses count them as if all were there. 1 of a
  /// network of its own.
  public let share: Double
  /// Convolutions of equal resolution.
  let stages: [[Conv2d]]
  /// Of a distilled network.
  let projections: [VGGLayer: Conv2d]

  /// In the file's metadata: a domain, for networks whose names of tensors would let another one be guessed.
  public static let domainKey = "stylehost.vgg.domain"

  /// In the file's metadata: `share` of a distilled network.
  public static let shareKey = "stylehost.vgg.share"

  /// The file holds a VGG, as far as names tell.
  public static func recognises(_ weights: WeightSet) -> Bool { (try? VGGForm(Checkpoint(weights))) != nil }

  /// Reads the convolutions; what stands behind them is left alone. `domain`: nil for what the file says, or what files with its names have
  /// as a rule: `torchvision` where they are "features.0.weight", `caffe` where they are "conv1_1.weight".
  /// Throws `badWeights` where the file holds no VGG, or a tensor is missing or does not fit the one before it.
  public init(_ weights: WeightSet, domain: VGGDomain? = nil, pooling: Pooling = .max) throws(PluginError) {
    var file = Checkpoint(weights)
    guard let form = try VGGForm(file) else {
      throw file.failure(
        "it is no VGG: there is neither a tensor 'features.0.weight' nor 'conv1_1.weight' of [planes,3,3,3]")
    }
    var (stages, planes): ([[Conv2d]], Int) = ([], 3)
    for names in form.stages { stages.append(try Conv2d.row(&file, names, from: &planes, padding: .zero)) }
    self.stages = stages
    var projections: [VGGLayer: Conv2d] = [:]
    for (s, stage) in stages.enumerated() {
      for (i, conv) in stage.enumerated() {
        let layer = VGGLayer(stage: s + 1, convolution: i + 1)
        guard let planes = file.shape(of: "\(layer).weight")?.first, Checkpoint.features.contains(planes) else {
          continue
        }
        projections[layer] = try Conv2d(&file, "\(layer)", (conv.outChannels, planes), kernel: 1)
      }
    }
    self.projections = projections
    let text = weights.metadata(Self.shareKey) ?? "1"
    guard let share = Double(text), share > 0, share <= 1 else {
      throw file.failure("'\(Self.shareKey)' is \(text), expected a number of 0...1")
    }
    self.share = share
    self.pooling = pooling
    self.domain = domain ?? weights.metadata(Self.domainKey).flatMap(VGGDomain.init(rawValue:)) ?? form.domain
    name = form.name
  }

  /// It was made of another network, whose features it gives turned and cut.
  public var isDistilled: Bool { share < 1 || !projections.isEmpty }

  /// The layer can be taken of it.
  public func has(_ layer: VGGLayer) -> Bool {
    stages.indices.contains(layer.stage - 1) && stages[layer.stage - 1].indices.contains(layer.convolution - 1)
      && (projections.isEmpty || projections[layer] != nil)
  }

  /// Planes of a layer; 0 of one it does not have.
  public func planes(of layer: VGGLayer) -> Int {
    has(layer) ? (projections[layer] ?? stages[layer.stage - 1][layer.convolution - 1]).outChannels : 0
  }

  /// The last layer there is.
  public var last: VGGLayer { VGGLayer(stage: stages.count, convolution: stages.last?.count ?? 0) }

  /// image: [3, h, w], R G B, 0...255. Gives features of layers, in the order in which they are asked for, and builds nothing behind
  /// the last of them; those the network does not have are left out. `unpooled`: a stage without the pool in front of it.
  public func features(
    _ image: Value, at layers: [VGGLayer], unpooled: Int? = nil, in g: borrowing GraphBuilder
  ) -> [Value] {
    guard let last = layers.filter(has).max() else { return [] }
    var found: [VGGLayer: Value] = [:]
    var x = domain(image, in: g)
    for (s, stage) in stages.prefix(last.stage).enumerated() {
      if s > 0, s + 1 != unpooled { x = g.pool2d(x, Pool(pooling == .max ? .max : .mean, size: 2, stride: 2)) }
      for (i, conv) in stage.enumerated() {
        let layer = VGGLayer(stage: s + 1, convolution: i + 1)
        guard layer.stage < last.stage || layer.convolution <= last.convolution else { break }
        x = conv(x, in: g)
        found[VGGLayer(stage: s + 1, convolution: i + 1, isRectified: false)] = x
        x = g.relu(x)
        if layers.contains(layer) { found[layer] = projections[layer]?(x, in: g) ?? x }
      }
    }
    return layers.compactMap { found[$0] }
  }

  /// Multiplications of one pixel of the picture, to a layer.
  public func multiplyAddsPerPixel(to last: VGGLayer) -> Double {
    stages.prefix(last.stage).enumerated().reduce(0) { sum, stage in
      let row = stage.offset + 1 < last.stage ? stage.element[...] : stage.element.prefix(last.convolution)
      return sum + row.reduce(0) { $0 + $1.multiplyAddsPerOutput } / Double(1 << (2 * stage.offset))
    }
  }
}
