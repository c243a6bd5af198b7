// A model file being read by a network: hands out tensors by name, and in the end names what nobody asked for.
import PluginKit

/// Reads the state dictionary of one network out of a model file.
///
/// Layers ask for their tensors by key and shape; `finish` reports what is left over. Keys that all begin with `module.`
/// (saved from PyTorch's DataParallel) are read as if they did not.
public struct Checkpoint {
  private let weights: WeightSet
  private let prefix: String
  /// In the order of the file.
  let keys: [String]
  private let known: Set<String>
  private let kernels: [String: [Int]]
  private var taken: Set<String> = []

  /// Begins to read. Keys for which `ignoring` is true are not there.
  /// - Parameters:
  ///   - folder: what stands before every key of the network, where the file holds several networks; keys without it belong to
  ///     others.
  ///   - kernels: shapes of convolutions whose weights the file keeps as matrices, [out, in * height * width], by name in the file.
  public init(
    _ weights: WeightSet, under folder: String = "", kernels: [String: [Int]] = [:],
    ignoring: (String) -> Bool = Checkpoint.isRunningStatistic
  ) {
    self.weights = weights
    let names = weights.names.filter { $0.hasPrefix(folder) }
    let wrapped = folder + "module."
    let prefix = !names.isEmpty && names.allSatisfy { $0.hasPrefix(wrapped) } ? wrapped : folder
    self.prefix = prefix
    keys = names.map { String($0.dropFirst(prefix.count)) }.filter { !ignoring($0) }
    known = Set(keys)
    self.kernels = kernels
  }

  /// Statistics that old checkpoints carry and that instance norms must not use: these nets were trained with the statistics
  /// of each picture (pytorch/examples issue 367).
  public static func isRunningStatistic(_ key: String) -> Bool {
    [".running_mean", ".running_var", ".num_batches_tracked"].contains { key.hasSuffix($0) }
  }

  /// The file has this key.
  public func has(_ key: String) -> Bool { known.contains(key) }

  /// What stands before this key wherever it occurs: nothing, or names that end in '.'.
  func prefixes(of key: String) -> [String] {
    keys.filter { $0.hasSuffix(key) }.map { String($0.dropLast(key.count)) }.filter { $0.isEmpty || $0.hasSuffix(".") }
  }

  /// How many of the keys for 0, 1, ... there are, up to the first that is missing. Throws `badWeights` where they are more than `limit`.
  func count(upTo limit: Int, of key: (Int) -> String) throws(PluginError) -> Int {
    let count = (0...limit).prefix { has(key($0)) }.count
    guard count <= limit else {
      throw failure("tensor '\(prefix)\(key(limit))' is one too many: a network has \(limit) of its kind at most")
    }
    return count
  }

  /// The shape under this key; nil where there is none.
  public func shape(of key: String) -> [Int]? { kernels[prefix + key] ?? weights[prefix + key]?.shape }

  /// Widths that a network may have: planes after its first convolution.
  static let widths = 1...1024

  /// The width of a network whose first convolution of a picture has this key and kernel.
  /// Throws `badWeights` where it is missing or not the first convolution of any such network.
  func width(fromFirst key: String, kernel: Int) throws(PluginError) -> Int {
    guard let shape = shape(of: key) else { throw failure("tensor '\(key)' is missing") }
    guard shape.count == 4, shape[1...] == [3, kernel, kernel], Self.widths.contains(shape[0]) else {
      throw failure(
        "tensor '\(key)' is \(WeightSet.text(shape)), expected [width,3,\(kernel),\(kernel)] of width \(Self.widths)")
    }
    return shape[0]
  }

  /// The extent of the tensor under this key along an axis; 0, which no tensor that is asked for has, where there is none.
  func extent(_ axis: Int, of key: String) -> Int {
    guard let shape = shape(of: key), shape.indices.contains(axis) else { return 0 }
    return shape[axis]
  }

  /// Takes the tensor under this key. Throws `badWeights` where it is missing or of another shape.
  public mutating func tensor(_ key: String, _ shape: [Int]) throws(PluginError) -> Tensor {
    let name = prefix + key
    taken.insert(key)
    guard kernels[name] == shape, let matrix = weights[name]?.shape else {
      return try weights.tensor(named: name, shape: shape)
    }
    guard let tensor = try weights.tensor(named: name, shape: matrix).reshaped(shape) else {
      throw failure("tensor '\(name)' is a matrix whose numbers lie apart")
    }
    return tensor
  }

  /// Ends the reading. Throws `badWeights` where the file has keys that `network` does not.
  public func finish(network: String) throws(PluginError) {
    let extra = keys.filter { !taken.contains($0) }
    guard let first = extra.first else { return }
    let others = extra.count == 1 ? "" : " and \(extra.count - 1) more"
    throw failure("tensor '\(prefix)\(first)'\(others) is not part of \(network)")
  }

  /// What is wrong with the file, as an error that names it.
  public func failure(_ reason: String) -> PluginError { weights.failure(reason) }
}
