// What the whitelisted names would do if they were called: make containers, storages and tensors.

extension PickleMachine {
  /// REDUCE: the call of a whitelisted name with a tuple of arguments.
  mutating func reduce() throws(Fault) {
    let argumentTuple = try pop()
    guard case .global(let function) = try pop(), case .tuple(let number) = argumentTuple else {
      throw malformed("calls what is no whitelisted function")
    }
    let arguments = containers[number]
    switch function {
    case .orderedDict, .builtinDict: try makeDictionary(from: arguments.first)
    case .defaultDict:
      if let factory = arguments.first {
        switch factory {
        case .none, .global: break
        default: throw malformed("makes a defaultdict of what is no type")
        }
      }
      try makeDictionary(from: arguments.dropFirst().first)
    case .size, .builtinSequence:
      let items = try items(of: arguments.first)
      try spend(items.count)
      push(function == .size ? .tuple(container(items)) : .list(container(items)))
    case .rebuildTensor, .rebuildTensorV2, .rebuildTensorV3: try rebuildTensor(function, arguments)
    case .rebuildParameter:
      guard case .tensor(let tensor)? = arguments.first else {
        throw malformed("makes a parameter of what is no tensor")
      }
      push(.tensor(tensor))
    case .device: push(.opaque)
    case .storageType, .dtype: throw malformed("calls a type")
    }
  }

  /// A dictionary, empty or from a list of pairs, which is how Python 2 pickled an OrderedDict.
  private mutating func makeDictionary(from pairs: PickleValue?) throws(Fault) {
    if case .dictionary(let number)? = pairs {
      try spend(containers[number].count)
      return push(.dictionary(container(containers[number])))
    }
    var items: [PickleValue] = []
    for pair in try self.items(of: pairs) {
      let keyAndValue = try self.items(of: pair)
      guard keyAndValue.count == 2 else { throw malformed("makes a dictionary of what are no pairs") }
      try spend(2)
      items.append(contentsOf: keyAndValue)
    }
    push(.dictionary(container(items)))
  }

  private func items(of value: PickleValue?) throws(Fault) -> [PickleValue] {
    switch value {
    case nil: []
    case .tuple(let number)?, .list(let number)?: containers[number]
    default: throw malformed("needs a list or a tuple")
    }
  }

  /// `(storage, offset, size, stride, ...)`; version 3 carries the dtype after `requires_grad` and the hooks.
  private mutating func rebuildTensor(_ function: PickleGlobal, _ arguments: [PickleValue]) throws(Fault) {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1]
    else {
      throw malformed("rebuilds a tensor from the wrong arguments")
    }
    let shape = try extents(arguments[2])
    let strides = try extents(arguments[3])
    try spend(shape.count + strides.count)
    var elementType = storages[storage].elementType
    if function == .rebuildTensorV3, arguments.count >= 7, case .global(.dtype(let type)) = arguments[6] {
      elementType = type
    }
    tensors.append(
      TensorReference(
        storage: storage, elementType: elementType ?? .uint8, offset: offset, shape: shape, strides: strides))
    push(.tensor(tensors.count - 1))
  }

  private func extents(_ value: PickleValue) throws(Fault) -> [Int] {
    let items = try items(of: value)
    guard items.count <= TensorLayout.maximumRank else { throw malformed("gives a tensor \(items.count) dimensions") }
    var extents: [Int] = []
    for item in items {
      guard case .integer(let extent) = item else { throw malformed("gives a tensor a shape that is no number") }
      extents.append(extent)
    }
    return extents
  }

  /// BINPERSID: `('storage', type, key, location, count)`; legacy files add None or `(key, offset, count)` of a part.
  mutating func storage(from identifier: PickleValue) throws(Fault) -> Int {
    let fields = try items(of: identifier)
    guard fields.count >= 5, case .text("storage") = fields[0] else {
      throw .refused("refuses to load a whole pickled module: save the model's state_dict() alone")
    }
    guard case .global(.storageType(let type)) = fields[1], case .integer(let count) = fields[4], count >= 0 else {
      throw malformed("names a storage without a type or a size")
    }
    var reference = StorageReference(elementType: type, key: try key(fields[2]), count: count)
    if fields.count >= 6, case .tuple(let number) = fields[5] {
      reference.part = try part(containers[number], of: count)
    }
    storages.append(reference)
    return storages.count - 1
  }

  private func part(_ fields: [PickleValue], of count: Int) throws(Fault) -> Range<Int> {
    guard fields.count == 3, case .integer(let first) = fields[1], case .integer(let length) = fields[2],
      first >= 0, length >= 0, first <= count, length <= count - first
    else { throw malformed("names a part that is not in its storage") }
    return first..<first + length
  }

  private func key(_ value: PickleValue) throws(Fault) -> String {
    switch value {
    case .text(let key): key
    case .integer(let key): String(key)
    default: throw malformed("names a storage by what is no text")
    }
  }
}
