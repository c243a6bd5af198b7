// A model file, as named tensors.
import PluginAPI

/// One open model file. Tensors taken from it, and graphs built on those, keep it open.
public final class WeightSet {
  private let api: UnsafePointer<sth_weights_api>
  private var handle: OpaquePointer?
  private let isOwned: Bool
  /// The file's name in messages: the last part of its path.
  public let label: String

  /// Opens a file of any format the host reads.
  /// Throws `badWeights` where the host cannot read it, `missingExtension` where it reads no model files at all.
  public static func open(_ path: String, host: PluginHost) throws(PluginError) -> WeightSet {
    let label = path.split(separator: "/").last.map(String.init) ?? path
    guard let api = host.table(STH_EXTENSION_WEIGHTS, as: sth_weights_api.self), let open = api.pointee.open else {
      throw .missing(STH_EXTENSION_WEIGHTS, for: "load \(label)")
    }
    var handle: OpaquePointer?
    try PluginError.check("opening the model file") { error in path.withCString { open(api, $0, &handle, error) } }
    guard let handle else { throw PluginError(.internalFailure, "cannot load \(label): the host opened nothing") }
    return WeightSet(api: api, handle: handle, isOwned: true, label: label)
  }

  init(api: UnsafePointer<sth_weights_api>, handle: OpaquePointer, isOwned: Bool, label: String) {
    self.api = api
    self.handle = handle
    self.isOwned = isOwned
    self.label = label
  }

  deinit { if isOwned, let handle { api.pointee.close?(api, handle) } }

  /// Ends a loan: from now on the set is empty.
  func endLoan() { handle = nil }

  /// How many tensors there are.
  public var count: Int {
    guard let handle, let count = api.pointee.count else { return 0 }
    return max(0, Int(count(api, handle)))
  }

  /// All names, in the file's order.
  public var names: [String] {
    guard let handle, let name = api.pointee.name else { return [] }
    return (0..<count).compactMap { i in name(api, handle, Int64(i)).map { String(cString: $0) } }
  }

  /// The tensor of this name; nil where there is none.
  public subscript(_ name: String) -> Tensor? {
    guard let handle, let find = api.pointee.find else { return nil }
    var view = sth_tensor()
    view.struct_size = UInt32(MemoryLayout<sth_tensor>.size)
    guard name.withCString({ find(api, handle, $0, &view) }) == STH_OK else { return nil }
    return Tensor(name: name, view: view, file: self)
  }

  /// A value of the file's metadata ("title", "stylehost.plugin"); nil where there is none.
  public func metadata(_ key: String) -> String? {
    guard let handle, let metadata = api.pointee.metadata else { return nil }
    return key.withCString { metadata(api, handle, $0) }.map { String(cString: $0) }
  }

  /// The floating point tensor of this name and shape; says which of the three is wrong.
  public func tensor(named name: String, shape: [Int]) throws(PluginError) -> Tensor {
    guard let tensor = self[name] else { throw failure("tensor '\(name)' is missing") }
    guard tensor.shape == shape else {
      throw failure("tensor '\(name)' is \(Self.text(tensor.shape)), expected \(Self.text(shape))")
    }
    guard tensor.isFloatingPoint else { throw failure("tensor '\(name)' does not hold floating point numbers") }
    return tensor
  }

  /// What is wrong with this file, as an error.
  public func failure(_ reason: String) -> PluginError { PluginError(.badWeights, "cannot load \(label): \(reason)") }

  /// A shape as messages show it: [128,128,3,3].
  public static func text(_ shape: [Int]) -> String { "[\(shape.map(String.init).joined(separator: ","))]" }
}
