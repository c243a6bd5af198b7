// The whitelist: every Python name a pickle may mention. None of them is ever called; the machine knows what they would do.

/// A Python name that appears in genuine checkpoints and can be honoured without running anything.
enum PickleGlobal: Equatable {
  case orderedDict
  case defaultDict
  /// `dict`, `list`, `set`, `tuple` of the language itself.
  case builtinDict
  case builtinSequence
  case size
  /// `_rebuild_tensor`, of PyTorch before 0.4.
  case rebuildTensor
  case rebuildTensorV2
  case rebuildTensorV3
  case rebuildParameter
  case device
  /// `torch.FloatStorage` and its siblings; nil is `torch.storage.UntypedStorage`, whose elements are bytes.
  case storageType(ElementType?)
  /// `torch.float32` and its siblings.
  case dtype(ElementType)

  /// - Throws: `Fault` of kind `refused`, naming the global, for every other name.
  init(module: String, name: String) throws(Fault) {
    guard let known = PickleGlobal.known["\(module).\(name)"] else {
      throw PickleGlobal.refusal(module: module, name: name)
    }
    self = known
  }

  private static func refusal(module: String, name: String) -> Fault {
    let full = "\(module).\(name)".printable()
    if module == "torch" || module.hasPrefix("torch.") {
      let advice = "save the model's state_dict() of plain dense tensors instead"
      return .refused("refuses to run '\(full)', which is not needed for plain tensors: \(advice)")
    }
    return .refused(
      "refuses to run '\(full)': the file holds Python objects, not only tensors; save the model's state_dict() alone, or do not trust it"
    )
  }

  private static let known: [String: PickleGlobal] = {
    var names: [String: PickleGlobal] = [
      "collections.OrderedDict": .orderedDict,
      "collections.defaultdict": .defaultDict,
      "torch.Size": .size,
      "torch.device": .device,
      "torch._utils._rebuild_tensor": .rebuildTensor,
      "torch._utils._rebuild_tensor_v2": .rebuildTensorV2,
      "torch._utils._rebuild_tensor_v3": .rebuildTensorV3,
      "torch._utils._rebuild_parameter": .rebuildParameter,
      "torch.storage.UntypedStorage": .storageType(nil),
      "torch.UntypedStorage": .storageType(nil),
    ]
    // Python 2 and 3 name the module of the language itself differently.
    for module in ["builtins", "__builtin__"] {
      names["\(module).dict"] = .builtinDict
      for sequence in ["list", "set", "tuple"] { names["\(module).\(sequence)"] = .builtinSequence }
    }
    let storages: [(String, ElementType)] = [
      ("Float", .float32), ("Half", .float16), ("BFloat16", .bfloat16), ("Double", .float64), ("Long", .int64),
      ("Int", .int32), ("Short", .int16), ("Char", .int8), ("Byte", .uint8), ("Bool", .bool),
    ]
    for (name, type) in storages {
      names["torch.\(name)Storage"] = .storageType(type)
      names["torch.storage.\(name)Storage"] = .storageType(type)
      names["torch.cuda.\(name)Storage"] = .storageType(type)
    }
    let dtypes: [(String, ElementType)] = [
      ("float32", .float32), ("float16", .float16), ("bfloat16", .bfloat16), ("float64", .float64), ("int64", .int64),
      ("int32", .int32), ("int16", .int16), ("int8", .int8), ("uint8", .uint8), ("bool", .bool),
    ]
    for (name, type) in dtypes { names["torch.\(name)"] = .dtype(type) }
    return names
  }()
}
