// The description of a network that the host read from a .t7 file: modules by class, with their fields.
import PluginKit

/// One module of Torch7's nn or cudnn, as the metadata "torch7.modules" of a file describes it:
/// {"class":"nn.SpatialConvolution","path":"model.2","kW":9,...}, containers with their "modules".
struct Torch7Node {
  /// "nn.SpatialConvolution"
  let className: String
  /// What stands before the keys of its tensors: "model.2".
  let path: String
  let children: [Torch7Node]
  private let fields: JSONValue

  /// The outermost module of a file; nil where the file is no .t7 file or its description is damaged.
  init?(_ weights: WeightSet) {
    guard let text = weights.metadata("torch7.modules"), let tree = JSONValue(text) else { return nil }
    self.init(tree)
  }

  private init?(_ tree: JSONValue) {
    guard let name = tree["class"]?.text, let path = tree["path"]?.text else { return nil }
    (className, self.path, fields) = (name, path, tree)
    let items = tree["modules"]?.list ?? []
    children = items.compactMap { Torch7Node($0) }
    if children.count != items.count { return nil }
  }

  /// The class without its package: "SpatialConvolution".
  var kind: Substring { className.split(separator: ".").last ?? "" }

  /// The key of one of its tensors.
  func key(_ field: String) -> String { path.isEmpty ? field : "\(path).\(field)" }

  /// A number; nil where the module has no such field.
  func number(_ field: String) -> Double? { fields[field]?.number }

  /// A truth; false where the module has no such field.
  func isTrue(_ field: String) -> Bool { fields[field] == .bool(true) }

  /// A whole number of at most six digits; `missing` where the module has no such field, nil where it is another.
  func integer(_ field: String, missing: Int? = nil) -> Int? {
    guard let number = number(field) else { return missing }
    return Int(exactly: number).flatMap { (-999_999...999_999).contains($0) ? $0 : nil }
  }

  private static let idle: Set<Substring> = ["Identity", "TotalVariation", "ContentLoss", "StyleLoss", "Contiguous"]

  /// It gives what it gets when a trained network runs: a module of training, or a Dropout of the second version, which strengthens
  /// what it keeps while training.
  var isIdle: Bool { Self.idle.contains(kind) || (kind == "Dropout" && isTrue("v2")) }

  /// The kinds of its children that do something, in their order.
  var activeKinds: [Substring] { children.filter { !$0.isIdle }.map(\.kind) }
}
