// The classifiers that source-free image translation learns from.
import PluginKit

/// A network that tells what a picture shows: the source or the target model of SFIT (Hou and Zheng, CVPR 2021), whose knowledge stays as it is.
///
/// A LeNet or a ResNet of fifty layers and more, each with one of several heads (`ClassifierHead`). Keys may stand behind anything; parts may come from several
/// files, merged to one set of tensors. Takes [3, h, w], R G B, -1...1, also where it was trained on ImageNet first.
public struct Classifier {
  /// The last feature map [planes, h, w], behind its ReLU, and a number for each class [classCount, 1, 1].
  public typealias Answer = (map: Value, logits: Value)

  private enum Trunk {
    case leNet(LeNet)
    case resNet(ResNet)
  }

  private let trunk: Trunk
  private let head: ClassifierHead

  /// Reads all of it. Throws `badWeights` where a tensor is missing, has another shape or is not part of such a network.
  public init(_ weights: WeightSet) throws(PluginError) {
    // Running statistics are what frozen batch norms compute with.
    var file = Checkpoint(weights, ignoring: { $0.hasSuffix(".num_batches_tracked") })
    let name: String
    if let leNet = try LeNet(&file) {
      trunk = .leNet(leNet)
      head = try ClassifierHead(&file, planes: leNet.outPlanes, readsPlaces: true)
      name = "a LeNet"
    } else if let resNet = try ResNet(&file) {
      trunk = .resNet(resNet)
      head = try ClassifierHead(&file, planes: resNet.outPlanes, readsPlaces: false)
      name = "a \(resNet.name)"
    } else {
      throw file.failure(
        "it is no classifier: there is neither a tensor 'encoder.0.weight' of a LeNet nor 'layer1.0.conv1.weight' of a ResNet-50 or a deeper one"
      )
    }
    try file.finish(network: "\(name) and its head")
  }

  /// "LeNet", "ResNet-50"
  public var name: String {
    switch trunk {
    case .leNet: "LeNet"
    case .resNet(let resNet): resNet.name
    }
  }

  /// Classes that it tells apart.
  public var classCount: Int { head.classCount }

  /// The names in its files of the tensors of its last layer that can learn. Models that were adapted to one another share that layer.
  public var lastTensors: [String] { head.lastTensors }

  /// Planes of its last map.
  public var mapPlanes: Int {
    switch trunk {
    case .leNet(let leNet): leNet.outPlanes
    case .resNet(let resNet): resNet.outPlanes
    }
  }

  /// The side of the pictures it takes, which it counts pixel by pixel; nil where it takes any.
  public var side: Int? { head.mapSide.map { LeNet.side(ofMap: $0) } }

  /// Planes, rows and columns of its map of a square picture; nil where it does not take pictures of this side.
  public func mapShape(side: Int) -> (planes: Int, height: Int, width: Int)? {
    guard side >= 1, self.side == nil || self.side == side else { return nil }
    switch trunk {
    case .leNet:
      let map = head.mapSide ?? 1
      return (mapPlanes, map, map)
    case .resNet(let resNet):
      let map = resNet.mapSide(side)
      return (mapPlanes, map, map)
    }
  }

  /// image: [3, h, w], -1...1.
  public func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> Answer {
    let map =
      switch trunk {
      case .leNet(let leNet): leNet(image, in: g)
      case .resNet(let resNet): resNet(image, in: g)
      }
    return (map, head(map, in: g))
  }
}

extension Checkpoint {
  /// What stands before a key; nil where that is not there. Throws `badWeights` where several networks have it.
  func onlyPrefix(of key: String) throws(PluginError) -> String? {
    let found = prefixes(of: key)
    guard found.count <= 1 else {
      let names = found.map { "'\($0)\(key)'" }.joined(separator: " and ")
      throw failure("it holds several classifiers, with \(names): give the files of one")
    }
    return found.first
  }
}
