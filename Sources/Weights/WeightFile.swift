// A file of named tensors, whatever its format: the door of this room.

/// Named tensors and a few words about them, read from a file.
///
/// Opening maps the file and checks everything it says about itself; no numbers are copied. The tensors are views into the map.
///
/// **Names.** A safetensors file names its tensors itself. A PyTorch file holds nested containers; a tensor is then named by the
/// path of keys that leads to it, joined with dots: `{'a': {'conv.weight': t}, 'b': {...}}` gives `a.conv.weight` and `b....`, `module.`
/// of a parallel model stays. Only where all tensors lie in one dictionary under `model`, `state_dict`, `params` or the like is that
/// word left out: `{'model': {'conv.weight': t}, 'epoch': 3}` gives `conv.weight`. An item of a list or tuple is named by its index from 0. A tensor saved by itself is named `tensor`. A Torch7 file names the weights of its
/// modules by the path of keys and numbers (from 1) that leads to each: `model.3.weight`. An ONNX file names its initializers; a
/// tensor that is an attribute of a node has the name of the node's output.
public final class WeightFile: Sendable {
  /// How the bytes are laid out.
  public enum Format: String, Sendable, CaseIterable, CustomStringConvertible {
    /// A JSON header, then the tensors. https://github.com/huggingface/safetensors
    case safetensors
    /// `torch.save` since PyTorch 1.6: a zip archive of a pickle and one entry per storage.
    case pytorchZip = "pytorch-zip"
    /// `torch.save` before PyTorch 1.6: pickles one after the other, then the storages.
    case pytorchLegacy = "pytorch-legacy"
    /// Operators and tensors in a protobuf. https://onnx.ai
    case onnx
    /// The serialised objects of Torch7, `.t7`.
    case torch7

    /// The name as people see it.
    public var description: String { rawValue }
  }

  /// The path it was opened with.
  public let path: String
  /// How the bytes are laid out; learnt from the content, never from the extension.
  public let format: Format
  /// `__metadata__` of safetensors; for PyTorch files the small numbers and texts beside the tensors, named like them (at most 1,000).
  /// What a model does with its tensors is JSON here: `onnx.graph` (see `ONNXGraph`), `torch7.modules` (see `Torch7Network`).
  public let metadata: [String: String]
  /// The tensors, in the order of the file. No two have the same name.
  public let tensors: [NamedTensor]
  private let positions: [String: Int]
  /// Nil where the tensors come from elsewhere.
  private let file: MappedFile?

  init(path: String, file: MappedFile?, format: Format, contents: FileContents) throws(Fault) {
    self.path = path
    self.file = file
    self.format = format
    metadata = contents.metadata
    tensors = contents.tensors
    var positions = [String: Int](minimumCapacity: tensors.count)
    for (index, tensor) in tensors.enumerated() where positions.updateValue(index, forKey: tensor.name) != nil {
      throw .damaged("two tensors are named '\(tensor.name.printable())'")
    }
    self.positions = positions
  }

  /// What `SafetensorsWriter` would write with these, before it is written.
  /// - Parameter path: for messages.
  /// - Throws: `WeightsError` if two tensors have one name.
  public convenience init(
    _ tensors: [NamedTensor], metadata: [String: String], path: String
  ) throws(WeightsError) {
    do throws(Fault) {
      try self.init(
        path: path, file: nil, format: .safetensors, contents: FileContents(metadata: metadata, tensors: tensors))
    } catch {
      throw WeightsError(error, action: .read, subject: path)
    }
  }

  /// The tensor of this name, if there is one.
  public func tensor(named name: String) -> NamedTensor? {
    positions[name].map { tensors[$0] }
  }

  /// Takes what has been read of the file off this process's memory, where its tensors are not needed for a while: they are
  /// valid as before, and are read again when they are looked at.
  public func releasePages() { file?.releasePages() }

  /// The number of elements of all floating point tensors; running statistics count, integers such as `num_batches_tracked` do not.
  public var parameterCount: Int {
    tensors.lazy.filter(\.elementType.isFloatingPoint).reduce(0) { $0 + $1.elementCount }
  }
}

/// What a reader of a format found in a file.
struct FileContents {
  var metadata: [String: String] = [:]
  var tensors: [NamedTensor] = []
}
