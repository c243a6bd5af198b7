// The opcodes torch.save writes with protocol 2, under Python 2 and 3, and what each does.

extension PickleMachine {
  /// The opcodes this machine knows. What is missing - INST, OBJ, NEWOBJ, EXT, the text forms of protocol 0 - is refused.
  enum Opcode: UInt8 {
    case mark = 0x28  // (
    case emptyTuple = 0x29  // )
    case stop = 0x2E  // .
    case pop = 0x30  // 0
    case popMark = 0x31  // 1
    case duplicate = 0x32  // 2
    case binFloat = 0x47  // G
    case binInt = 0x4A  // J
    case binInt1 = 0x4B  // K
    case binInt2 = 0x4D  // M
    case none = 0x4E  // N
    case binPersID = 0x51  // Q
    case reduce = 0x52  // R
    case binString = 0x54  // T
    case shortBinString = 0x55  // U
    case binUnicode = 0x58  // X
    case emptyList = 0x5D  // ]
    case append = 0x61  // a
    case build = 0x62  // b
    case global = 0x63  // c
    case appends = 0x65  // e
    case binGet = 0x68  // h
    case longBinGet = 0x6A  // j
    case list = 0x6C  // l
    case dict = 0x64  // d
    case binPut = 0x71  // q
    case longBinPut = 0x72  // r
    case setItem = 0x73  // s
    case tuple = 0x74  // t
    case setItems = 0x75  // u
    case emptyDict = 0x7D  // }
    case proto = 0x80
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case newTrue = 0x88
    case newFalse = 0x89
    case long1 = 0x8A
    case long4 = 0x8B
  }

  /// Does what `opcode` says; its argument is next under the cursor.
  mutating func execute(_ opcode: Opcode) throws(Fault) {
    switch opcode {
    case .proto, .stop: throw malformed("begins or ends twice")
    case .mark: marks.append(stack.count)
    case .pop: try popOrUnmark()
    case .popMark: _ = try popToMark()
    case .duplicate: push(try top())
    case .none, .newTrue, .newFalse, .binFloat, .binInt, .binInt1, .binInt2, .long1, .long4: try pushScalar(opcode)
    case .binString, .shortBinString, .binUnicode: try pushText(opcode)
    case .emptyTuple, .emptyList, .emptyDict, .tuple, .tuple1, .tuple2, .tuple3, .list, .dict: try pushContainer(opcode)
    case .append: try extendList(by: [pop()])
    case .appends: try extendList(by: popToMark())
    case .setItem: try extendDictionary(by: pop(2))
    case .setItems: try extendDictionary(by: popToMark())
    case .binPut, .longBinPut, .binGet, .longBinGet: try memoise(opcode)
    case .global: push(.global(try global()))
    case .binPersID: push(.storage(try storage(from: pop())))
    case .reduce: try reduce()
    case .build: try build()
    }
  }

  private mutating func popOrUnmark() throws(Fault) {
    if let height = marks.last, height == stack.count {
      marks.removeLast()
    } else {
      _ = try pop()
    }
  }

  private mutating func pushScalar(_ opcode: Opcode) throws(Fault) {
    switch opcode {
    case .newTrue: push(.bool(true))
    case .newFalse: push(.bool(false))
    case .binFloat: push(.real(Double(bitPattern: try cursor.integer(UInt64.self).byteSwapped)))
    case .binInt: push(.integer(Int(try cursor.integer(Int32.self))))
    case .binInt1: push(.integer(Int(try cursor.integer(UInt8.self))))
    case .binInt2: push(.integer(Int(try cursor.integer(UInt16.self))))
    case .long1: push(try long(byteCount: Int(try cursor.integer(UInt8.self))))
    case .long4: push(try long(byteCount: Int(try cursor.integer(Int32.self))))
    default: push(.none)
    }
  }

  /// A two's complement integer of any length; one that fits no `Int` is nothing a tensor needs.
  private mutating func long(byteCount: Int) throws(Fault) -> PickleValue {
    let bytes = try cursor.take(byteCount)
    guard byteCount <= 8 else { return .opaque }
    var value = 0
    for (index, byte) in bytes.enumerated() { value |= Int(byte) << (8 * index) }
    if let sign = bytes.last, sign & 0x80 != 0, byteCount < 8 { value -= 1 << (8 * byteCount) }
    return .integer(value)
  }

  private mutating func pushText(_ opcode: Opcode) throws(Fault) {
    let count: Int
    switch opcode {
    case .shortBinString: count = Int(try cursor.integer(UInt8.self))
    case .binString: count = Int(try cursor.integer(Int32.self))
    default: count = Int(try cursor.integer(UInt32.self))
    }
    push(.text(String(decoding: try cursor.take(count), as: UTF8.self)))
  }

  private mutating func pushContainer(_ opcode: Opcode) throws(Fault) {
    switch opcode {
    case .emptyTuple: push(.tuple(container([])))
    case .emptyList: push(.list(container([])))
    case .emptyDict: push(.dictionary(container([])))
    case .tuple1: push(.tuple(container(try pop(1))))
    case .tuple2: push(.tuple(container(try pop(2))))
    case .tuple3: push(.tuple(container(try pop(3))))
    case .list: push(.list(container(try popToMark())))
    case .dict:
      let items = try popToMark()
      push(.dictionary(container([])))
      try extendDictionary(by: items)
    default: push(.tuple(container(try popToMark())))
    }
  }

  private mutating func extendList(by items: [PickleValue]) throws(Fault) {
    guard case .list(let number) = try top() else { throw malformed("appends to what is no list") }
    containers[number].append(contentsOf: items)
  }

  private mutating func extendDictionary(by items: [PickleValue]) throws(Fault) {
    guard case .dictionary(let number) = try top() else { throw malformed("sets an item of what is no dictionary") }
    guard items.count.isMultiple(of: 2) else { throw malformed("sets a key without a value") }
    containers[number].append(contentsOf: items)
  }

  private mutating func memoise(_ opcode: Opcode) throws(Fault) {
    switch opcode {
    case .binPut: memo[UInt32(try cursor.integer(UInt8.self))] = try top()
    case .longBinPut: memo[try cursor.integer(UInt32.self)] = try top()
    case .binGet: push(try remembered(UInt32(try cursor.integer(UInt8.self))))
    default: push(try remembered(try cursor.integer(UInt32.self)))
    }
  }

  private func remembered(_ key: UInt32) throws(Fault) -> PickleValue {
    guard let value = memo[key] else { throw malformed("remembers what it never saw") }
    return value
  }

  private mutating func global() throws(Fault) -> PickleGlobal {
    let module = try cursor.line(limit: 256)
    let name = try cursor.line(limit: 256)
    return try PickleGlobal(module: module, name: name)
  }

  /// BUILD sets attributes. Genuine state dicts carry `_metadata` that way; nobody needs it.
  private mutating func build() throws(Fault) {
    _ = try pop()
    guard case .dictionary = try top() else {
      throw .refused("refuses to set attributes of a Python object: save the model's state_dict() alone")
    }
  }
}
