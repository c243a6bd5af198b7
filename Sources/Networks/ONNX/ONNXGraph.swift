// The graph of an ONNX file: nodes that read values by name and give values by name. The host's reader of ONNX files hands
// it over as JSON in the metadata of the tensors, so a converted file is read like the original.
import Foundation
import PluginKit

/// A graph as the file has it; nothing of it is checked yet but its form.
struct ONNXGraph: Decodable {
  /// Where a picture or numbers go in or come out.
  struct Port: Decodable {
    let name: String
    /// "f32", "u8", ...; nil where the file does not say.
    let type: String?
    /// nil where the file does not say.
    let shape: [Extent]?
  }

  /// Size of an axis.
  enum Extent: Decodable, Equatable {
    case fixed(Int)
    /// Decided by the caller; axes of one name are of one size.
    case open(String?)

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        self = .open(nil)
      } else if let size = try? value.decode(Int.self) {
        self = size >= 1 ? .fixed(size) : .open(nil)
      } else {
        self = .open(try value.decode(String.self))
      }
    }

    /// The size, where it is fixed.
    var size: Int? { if case .fixed(let size) = self { size } else { nil } }
  }

  /// "pytorch 2.1"
  let producer: String?
  /// Version of the operators by domain; "" is ONNX itself.
  let opset: [String: Int]
  /// Those that are no constants of the file.
  let inputs, outputs: [Port]
  /// In an order in which every value is given before it is read.
  let nodes: [ONNXNode]

  /// Metadata key under which the graph lies.
  static let key = "onnx.graph"

  /// The graph of a file; nil where it has none. Throws `badWeights` where it cannot be understood.
  init?(_ weights: WeightSet) throws(PluginError) {
    guard let text = weights.metadata(Self.key) else { return nil }
    do { self = try JSONDecoder().decode(ONNXGraph.self, from: Data(text.utf8)) } catch {
      throw weights.failure("its metadata '\(Self.key)' is no graph of an ONNX file")
    }
  }

  /// The version of the operators of ONNX itself.
  var version: Int { opset[""] ?? opset["ai.onnx"] ?? 1 }

  /// Versions whose operators are known.
  static let versions = 7...21

  /// Which nodes the outputs hang on, by number.
  func living(for outputs: [String]) -> [Bool] {
    var wanted = Set(outputs)
    var isAlive = [Bool](repeating: false, count: nodes.count)
    for (i, node) in nodes.enumerated().reversed() where node.outputs.contains(where: wanted.contains) {
      isAlive[i] = true
      wanted.formUnion(node.inputs)
    }
    return isAlive
  }
}

/// One operation.
struct ONNXNode: Decodable {
  let op: String
  let domain: String
  let name: String
  /// Names of values; "" is an input that is left out.
  let inputs, outputs: [String]
  let attributes: [String: ONNXAttribute]

  private enum CodingKeys: String, CodingKey {
    case op, domain, name
    case inputs = "in", outputs = "out", attributes = "attr"
  }

  init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    op = try box.decode(String.self, forKey: .op)
    domain = try box.decodeIfPresent(String.self, forKey: .domain) ?? ""
    name = try box.decodeIfPresent(String.self, forKey: .name) ?? ""
    inputs = try box.decodeIfPresent([String].self, forKey: .inputs) ?? []
    outputs = try box.decodeIfPresent([String].self, forKey: .outputs) ?? []
    attributes = try box.decodeIfPresent([String: ONNXAttribute].self, forKey: .attributes) ?? [:]
  }

  /// How messages call it.
  var label: String {
    let operation = domain.isEmpty || domain == "ai.onnx" ? op : "\(domain).\(op)"
    let called = name.isEmpty ? "the node that gives '\(outputs.first ?? "")'" : "node '\(name)'"
    return "\(called) (\(operation))".line
  }
}

/// A setting of an operation.
enum ONNXAttribute: Decodable {
  case integers([Int])
  case numbers([Double])
  case text(String)
  case texts([String])
  /// The name of a tensor of the file.
  case tensor(String)
  /// A graph of its own, which is not run.
  case graph

  private struct Reference: Decodable { let tensor: String? }

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Int.self) {
      self = .integers([number])
    } else if let number = try? value.decode(Double.self) {
      self = .numbers([number])
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let numbers = try? value.decode([Int].self) {
      self = .integers(numbers)
    } else if let numbers = try? value.decode([Double].self) {
      self = .numbers(numbers)
    } else if let texts = try? value.decode([String].self) {
      self = .texts(texts)
    } else if let name = try? value.decode(Reference.self).tensor {
      self = .tensor(name)
    } else {
      self = .graph
    }
  }
}

extension String {
  /// The text as a part of one line, whatever a file has put in it.
  var line: String {
    let shown = unicodeScalars.prefix(160).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0) }
    return shown.joined()
  }
}
