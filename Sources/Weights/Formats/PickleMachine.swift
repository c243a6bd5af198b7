// A machine for the pickles of torch.save that can run no code: it knows a few opcodes and a whitelist of names.
// The opcodes are documented in Python's Lib/pickletools.py.

/// Runs one pickle of protocol 2 and says what it holds.
///
/// Safe by construction: there is no opcode that calls, imports or looks up anything; names outside `PickleGlobal` end the run.
/// Every opcode and every item it makes spends from an allowance in proportion to the size of the file, so neither time nor
/// memory can grow beyond it.
struct PickleMachine {
  var cursor: ByteCursor
  var stack: [PickleValue] = []
  /// Heights of the stack at each MARK.
  var marks: [Int] = []
  var memo: [UInt32: PickleValue] = [:]
  var containers: [[PickleValue]] = []
  var storages: [StorageReference] = []
  var tensors: [TensorReference] = []
  private var allowance: Int

  /// The most steps any pickle may take: thousands of times what a state dict needs.
  static let maximumSteps = 2_000_000

  /// - Parameter cursor: at the first byte of the pickle; all that follows may be read, so it bounds the allowance.
  private init(_ cursor: ByteCursor) {
    self.cursor = cursor
    allowance = min(PickleMachine.maximumSteps, 1000 + 2 * min(cursor.remaining, PickleMachine.maximumSteps))
  }

  /// Runs the pickle that begins at `cursor` and moves `cursor` behind its STOP.
  static func run(_ cursor: inout ByteCursor) throws(Fault) -> PickleProgram {
    var machine = PickleMachine(cursor)
    let root = try machine.run()
    cursor = machine.cursor
    return PickleProgram(
      root: root, containers: machine.containers, storages: machine.storages, tensors: machine.tensors)
  }

  private mutating func run() throws(Fault) -> PickleValue {
    guard try cursor.integer(UInt8.self) == Opcode.proto.rawValue else {
      throw .damaged("\(cursor.place) does not begin as a pickle")
    }
    let version = try cursor.integer(UInt8.self)
    guard version == 2 || version == 3 else {
      throw .unsupported("it uses pickle protocol \(version): save it again with torch.save's default protocol, 2")
    }
    while true {
      try spend(1)
      let code = try cursor.integer(UInt8.self)
      guard let opcode = Opcode(rawValue: code) else { throw PickleMachine.unknown(code, at: cursor.position - 1) }
      if opcode == .stop { return try pop() }
      try execute(opcode)
    }
  }

  private static func unknown(_ code: UInt8, at position: Int) -> Fault {
    let hex = String(code, radix: 16)
    return .refused(
      "refuses to run pickle opcode 0x\(hex) at byte \(position), which plain tensors do not need: save the model's state_dict() again, or the file is damaged"
    )
  }

  /// Takes `count` steps off the allowance.
  mutating func spend(_ count: Int) throws(Fault) {
    guard count <= allowance else {
      throw .damaged("\(cursor.place) unfolds to more objects than its size allows")
    }
    allowance -= count
  }
}

// MARK: - Stack, marks and containers

extension PickleMachine {
  mutating func push(_ value: PickleValue) { stack.append(value) }

  mutating func pop() throws(Fault) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else { throw underflow() }
    return value
  }

  func top() throws(Fault) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.last else { throw underflow() }
    return value
  }

  /// Removes and returns what was pushed since the last MARK, and the MARK.
  mutating func popToMark() throws(Fault) -> [PickleValue] {
    guard let height = marks.popLast() else { throw underflow() }
    let items = Array(stack[height...])
    stack.removeSubrange(height...)
    return items
  }

  mutating func pop(_ count: Int) throws(Fault) -> [PickleValue] {
    guard stack.count - count >= (marks.last ?? 0) else { throw underflow() }
    let items = Array(stack.suffix(count))
    stack.removeLast(count)
    return items
  }

  /// A new container with these items, by number.
  mutating func container(_ items: [PickleValue]) -> Int {
    containers.append(items)
    return containers.count - 1
  }

  func malformed(_ what: String) -> Fault {
    .damaged("\(cursor.place) \(what) at byte \(cursor.position)")
  }

  private func underflow() -> Fault { malformed("takes from an empty stack") }
}
