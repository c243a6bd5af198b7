// OpenWeights.swift - one model file as a plugin holds it: names and texts that stay where they are until it is closed.

import Foundation
import Synchronization
import Weights

/// An open model file behind an `sth_weights` handle. Immutable after init but for the cache of metadata texts, which is
/// filled in init too: any thread.
final class OpenWeights {
  let file: WeightFile
  private let names: [UnsafeMutablePointer<CChar>?]
  private let texts: [String: UnsafeMutablePointer<CChar>]

  init(_ file: WeightFile) {
    self.file = file
    names = file.tensors.map { strdup($0.name) }
    texts = file.metadata.compactMapValues { strdup($0) }
    OpenWeights.all.withLock { $0.append(Entry(file: file)) }
  }

  deinit {
    names.forEach { free($0) }
    texts.values.forEach { free($0) }
  }

  /// Takes the model files off this process's memory, once networks have packed what they compute with.
  static func releasePages() {
    all.withLock { entries in
      entries.removeAll { $0.file == nil }
      entries.forEach { $0.file?.releasePages() }
    }
  }

  private struct Entry { weak var file: WeightFile? }

  private static let all = Mutex<[Entry]>([])

  func name(_ index: Int) -> UnsafePointer<CChar>? {
    names.indices.contains(index) ? names[index].map { UnsafePointer($0) } : nil
  }

  func metadata(_ key: String) -> UnsafePointer<CChar>? { texts[key].map { UnsafePointer($0) } }

  func tensor(_ name: String) -> NamedTensor? { file.tensor(named: name) }
}
