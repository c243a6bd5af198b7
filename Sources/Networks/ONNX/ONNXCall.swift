// One node with the values it reads: what operators ask for, and how they say what is wrong.
import PluginKit

struct ONNXCall {
  let node: ONNXNode
  /// Of the node in the graph.
  let number: Int
  /// Of the operators.
  let version: Int
  /// nil for one that is left out.
  let inputs: [ONNXValue?]
  let file: WeightSet

  /// All inputs, where every one of them is known.
  var known: [ONNXTensor?]? {
    var tensors: [ONNXTensor?] = []
    for input in inputs {
      switch input {
      case .map: return nil
      case .known(let tensor): tensors.append(tensor)
      case nil: tensors.append(nil)
      }
    }
    return tensors
  }

  /// The file cannot be run.
  func failure(_ reason: String) -> PluginError { file.failure("\(node.label): \(Self.brief(reason))") }

  /// A sentence that long lists and shapes do not make endless.
  private static func brief(_ reason: String) -> String {
    reason.count <= 240 ? reason : "\(reason.prefix(160))...\(reason.suffix(60))"
  }

  /// The file cannot be run at this size of picture.
  func misfit(_ reason: String) -> PluginError {
    PluginError(.unsupported, "cannot run \(file.label) at this size: \(node.label): \(Self.brief(reason))")
  }

  /// Whether input number `i` is given.
  func has(_ i: Int) -> Bool { inputs.indices.contains(i) && inputs[i] != nil }

  /// Input number `i`, which depends on the picture.
  func map(_ i: Int) throws(PluginError) -> ONNXMap {
    guard has(i), case .map(let map) = inputs[i] else {
      throw failure("its input \(i + 1) is \(has(i) ? "a constant" : "missing"); only a picture is computed with there")
    }
    return map
  }

  /// Input number `i`, which must be known; nil where it is left out.
  func tensor(_ i: Int) throws(PluginError) -> ONNXTensor? {
    guard inputs.indices.contains(i), let input = inputs[i] else { return nil }
    guard case .known(let tensor) = input else {
      throw failure("its input '\(node.inputs[i].line)' depends on the picture; only constants are taken there")
    }
    return tensor
  }

  /// Input number `i`, known and given.
  func needed(_ i: Int) throws(PluginError) -> ONNXTensor {
    guard let tensor = try tensor(i) else { throw failure("its input \(i + 1) is missing") }
    return tensor
  }

  /// A list of whole numbers that is an attribute in old versions and an input in new ones.
  func integers(_ key: String, orInput i: Int) throws(PluginError) -> [Int]? {
    try tensor(i)?.integers ?? integers(key)
  }

  /// A list of whole numbers.
  func integers(_ key: String) -> [Int]? {
    switch node.attributes[key] {
    case .integers(let list): list
    case .numbers(let list): list.map { Int(exactly: $0.rounded()) ?? ($0 < 0 ? Int.min : Int.max) }
    default: nil
    }
  }

  /// A whole number.
  func integer(_ key: String, _ standard: Int) -> Int { integers(key)?.first ?? standard }

  /// A list of numbers.
  func numbers(_ key: String) -> [Double]? {
    switch node.attributes[key] {
    case .integers(let list): list.map { Double($0) }
    case .numbers(let list): list
    default: nil
    }
  }

  /// A number.
  func number(_ key: String, _ standard: Double) -> Double { numbers(key)?.first ?? standard }

  /// A word.
  func text(_ key: String) -> String? { if case .text(let text) = node.attributes[key] { text } else { nil } }

  /// A tensor.
  func attributeTensor(_ key: String) throws(PluginError) -> ONNXTensor? {
    guard case .tensor(let name) = node.attributes[key] else { return nil }
    guard let tensor = file[name] else { throw failure("tensor '\(name.line)' of '\(key)' is missing") }
    return ONNXTensor(tensor)
  }

  /// A number that is an attribute in old versions and an input in new ones.
  func number(_ key: String, orInput i: Int) throws(PluginError) -> Double? {
    if let tensor = try tensor(i) {
      guard let number = tensor.scalar else { throw failure("'\(key)' has \(tensor.count) numbers, expected one") }
      return Double(number)
    }
    return numbers(key)?.first
  }

  /// A pair of whole numbers for rows and columns, each in a range.
  func pair(_ key: String, in range: ClosedRange<Int> = 1...65536) throws(PluginError) -> (height: Int, width: Int) {
    guard let list = integers(key) else { return (1, 1) }
    guard list.count == 2, list.allSatisfy(range.contains) else {
      throw failure("'\(key)' is \(list), expected two numbers of \(range)")
    }
    return (list[0], list[1])
  }

  /// An axis, counted from the end where it is negative.
  func axis(_ axis: Int, rank: Int) throws(PluginError) -> Int {
    guard axis >= -rank, axis < rank else { throw failure("axis \(axis) of a value of \(rank) axes") }
    return axis < 0 ? axis + rank : axis
  }

  /// Axes, each once and in order.
  func axes(_ list: [Int], rank: Int) throws(PluginError) -> [Int] {
    var axes: Set<Int> = []
    for item in list { axes.insert(try axis(item, rank: rank)) }
    return axes.sorted()
  }
}
