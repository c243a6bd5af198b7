// AbortFlag.swift - one bit that plugins poll: give up, nobody waits for this frame.

import Synchronization

final class AbortFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  var isSet: Bool { flag.load(ordering: .relaxed) }

  func set() { flag.store(true, ordering: .relaxed) }
}
