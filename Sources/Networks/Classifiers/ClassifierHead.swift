// What classifiers make of their last map: a number for each class.
import PluginKit

/// One of three: `fc1`, a ReLU, `fc2` (ADDA); `bottleneck`, `bn`, `fc` (SHOT and SFIT); `fc` alone (torchvision). Source and target model share the last layer,
/// which so may come from a file of its own.
struct ClassifierHead {
  /// Classes that it tells apart.
  let classCount: Int
  /// The tensors of the last layer that are used as the file has them, by their names there.
  let lastTensors: [String]
  /// The side of the map that it reads pixel by pixel; nil where it reads the mean of each plane.
  let mapSide: Int?
  private let steps: [Step]

  private enum Step {
    case mean
    case layer(ClassifierLayer)
    case norm(BatchNorm2d)
    case relu
  }

  /// Takes the layers behind anything.
  /// - Parameters:
  ///   - planes: of the map.
  ///   - readsPlaces: every pixel of the map counts by itself, instead of the mean of each plane.
  init(_ file: inout Checkpoint, planes: Int, readsPlaces: Bool) throws(PluginError) {
    var steps: [Step] = readsPlaces ? [] : [.mean]
    var planes = planes
    var neck: ClassifierLayer?
    for name in ["fc1", "bottleneck"] where neck == nil {
      guard let prefix = try Self.prefix(file, of: name) else { continue }
      let layer = try ClassifierLayer(&file, prefix + name, planes: planes, readsPlaces: readsPlaces)
      steps.append(.layer(layer))
      planes = layer.outPlanes
      neck = layer
      if name == "fc1" {
        steps.append(.relu)
      } else if file.has("\(prefix)bn.running_mean") {
        // Some trainings have a norm in their file that they never use: its statistics tell.
        let norm = try BatchNorm2d(&file, "\(prefix)bn", planes)
        if !norm.isUntouched { steps.append(.norm(norm)) }
      }
    }
    let names = neck == nil ? ["fc"] : ["fc2", "fc"]
    var key: String?
    for name in names where key == nil {
      if let prefix = try Self.prefix(file, of: name) { key = prefix + name }
    }
    guard let key else {
      throw file.failure(
        "it has no last layer '\(names[0]).weight', which tells the classes apart: give the file of the head beside it")
    }
    let last = try ClassifierLayer(&file, key, planes: planes, readsPlaces: readsPlaces && neck == nil)
    self.steps = steps + [.layer(last)]
    (classCount, lastTensors) = (last.outPlanes, last.tensors)
    mapSide = readsPlaces ? (neck ?? last).side : nil
  }

  /// What stands before a layer; nil where it is not there.
  private static func prefix(_ file: Checkpoint, of name: String) throws(PluginError) -> String? {
    for weight in ClassifierLayer.weights {
      if let prefix = try file.onlyPrefix(of: "\(name).\(weight)") { return prefix }
    }
    return nil
  }

  /// map: [planes, h, w]. Gives logits [classCount, 1, 1].
  func callAsFunction(_ map: Value, in g: borrowing GraphBuilder) -> Value {
    var x = map
    for step in steps {
      switch step {
      case .mean: x = g.mean(x)
      case .layer(let layer): x = layer(x, in: g)
      case .norm(let norm): x = norm(x, in: g)
      case .relu: x = g.relu(x)
      }
    }
    return x
  }
}
