// One model file as a plugin holds it: names and texts that stay where they are until it is closed.
import Glibc
import Synchronization

/// An open model file behind an `sth_weights` handle. Any thread.
final class OpenWeights: @unchecked Sendable {
  // @unchecked: the texts are written in init and read only afterwards; what was seen is guarded.

  let file: WeightFile
  private let names: [UnsafeMutablePointer<CChar>?]
  private let texts: [String: UnsafeMutablePointer<CChar>]
  private let seen = Mutex<Set<String>>([])

  init(_ file: WeightFile) {
    self.file = file
    names = file.tensors.map { strdup($0.name) }
    texts = file.metadata.compactMapValues { strdup($0) }
  }

  deinit {
    names.forEach { free($0) }
    texts.values.forEach { free($0) }
  }

  func name(_ index: Int) -> UnsafePointer<CChar>? {
    names.indices.contains(index) ? names[index].map { UnsafePointer($0) } : nil
  }

  func metadata(_ key: String) -> UnsafePointer<CChar>? { texts[key].map { UnsafePointer($0) } }

  func tensor(_ name: String) -> NamedTensor? {
    guard let tensor = file.tensor(named: name) else { return nil }
    seen.withLock { _ = $0.insert(name) }
    return tensor
  }

  /// How many tensors have been looked at.
  var looks: Int { seen.withLock { $0.count } }
}
