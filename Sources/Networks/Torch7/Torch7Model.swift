// A network that Torch7 saved, run as its modules say.
import PluginKit

/// An `nn.Sequential` of a .t7 file. jcjohnson's networks are this, and what they expect of the picture. (Of AdaIN's, which come in
/// such files too, the tensors are enough: see `AdaINForm.lua`.)
///
/// Classes that run: Sequential, ConcatTable, CAddTable; SpatialConvolution (also MM, cudnn) and SpatialFullConvolution;
/// InstanceNormalization, SpatialBatchNormalization with the statistics of its training; reflected, repeated and zero padding,
/// ShaveImage; ReLU, LeakyReLU, Tanh, Sigmoid; MulConstant, AddConstant; SpatialUpSamplingNearest, SpatialMaxPooling and
/// SpatialAveragePooling; those that do nothing once trained (Identity, TotalVariation, ...), and dropout, which may weaken its value
/// then.
public struct Torch7Model {
  private let layers: [(name: String, layer: Torch7Layer)]
  /// Planes of what goes; nil where the network has no module that tells.
  public let outPlanes: Int?
  /// Planes after the first convolution, 0 where there is none.
  public let width: Int
  /// Multiplications for each pixel of the picture.
  public let multiplyAddsPerPixel: Double
  /// Inside, sizes are divided by at most this: 4 for two reductions by 2.
  public let reduction: Int
  /// Pixels of the result for each pixel of the picture, but for the margin.
  public let share: Double
  /// Pixels that the result lacks on each side of the picture; negative where it has more.
  public let margin: Int

  /// Reads the network that a file describes.
  /// - Parameter inPlanes: of the picture.
  /// Throws `badWeights` with class and path for a module that is unknown, or whose fields or tensors do not fit.
  public init(_ weights: WeightSet, inPlanes: Int) throws(PluginError) {
    guard let root = Torch7Node(weights) else { throw weights.failure("it describes no network of Torch7") }
    guard root.kind == "Sequential" else {
      throw weights.failure("module '\(root.path)' is of the class \(root.className), expected nn.Sequential")
    }
    var builder = Torch7Builder(weights)
    var planes: [Int?] = [inPlanes]
    var (layers, width): ([(String, Torch7Layer)], Int) = ([], 0)
    for child in root.children {
      layers.append((child.path, try builder.layer(child, &planes)))
      if width == 0, child.kind.hasPrefix("SpatialConvolution"), case .convolution(let first)? = layers.last?.1,
        first.weight.shape[2...] != [1, 1]
      {
        width = first.weight.shape[0]
      }
    }
    guard planes.count == 1 else { throw weights.failure("its modules give \(planes.count) values") }
    (self.layers, self.width) = (layers, width)
    outPlanes = planes[0]
    var measure = Torch7Measure()
    for (_, layer) in layers { measure.pass(layer) }
    guard measure.isPossible else { throw weights.failure("its modules reduce or enlarge the picture too much") }
    multiplyAddsPerPixel = measure.multiplyAdds
    share = measure.share
    reduction = Int((1 / measure.smallest).squareRoot().rounded(.up))
    margin = Int(measure.margin.rounded(.up))
  }

  /// x: [c, h, w]. Gives what the last module does. Taps are named like the modules: "model.2".
  public func callAsFunction(_ x: Value, in g: borrowing GraphBuilder, tap: Tap? = nil) -> Value {
    var values = [x]
    for (name, layer) in layers {
      values = layer(values, in: g)
      if let value = values.first, values.count == 1 { tap?(name, value) }
    }
    return values.first ?? x
  }

  /// The file describes a network in which these modules follow each other: ["Tanh", "MulConstant"].
  public static func isNetwork(_ weights: WeightSet, with kinds: [String]) -> Bool {
    guard let root = Torch7Node(weights), root.kind == "Sequential" else { return false }
    let all = root.activeKinds
    return all.indices.contains { all[$0...].prefix(kinds.count).elementsEqual(kinds) { $0 == $1 } }
  }
}
