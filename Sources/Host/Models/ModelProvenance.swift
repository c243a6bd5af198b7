// ModelProvenance.swift - what a model file says about where it comes from and what may be done with it.

/// The parts of a file's metadata that people ask for first, whatever the format calls them.
struct ModelProvenance {
  /// "MIT"; nil where the file says nothing.
  let licence: String?
  /// Who made it.
  let author: String?
  /// Where it is from: an address, a model card, the file it was converted from.
  let source: String?
  /// The keys that were used.
  let keys: Set<String>

  /// What keys are called: their last word, without "model_" before it.
  private static let words = (
    licence: ["license", "licence", "license_name"], author: ["author", "authors", "creator"],
    source: ["source", "url", "card", "homepage", "repository", "website", "origin"]
  )

  init(_ metadata: [String: String]) {
    var keys: Set<String> = []
    func found(_ words: [String]) -> String? {
      let hits = metadata.filter { words.contains(ModelProvenance.word($0.key)) && !$0.value.isEmpty }
      keys.formUnion(hits.keys)
      let values = hits.sorted { $0.key < $1.key }.map(\.value)
      return values.isEmpty ? nil : values.joined(separator: "; ")
    }
    licence = found(ModelProvenance.words.licence)
    author = found(ModelProvenance.words.author)
    source = found(ModelProvenance.words.source)
    self.keys = keys
  }

  private static func word(_ key: String) -> String {
    let last = (key.split(separator: ".").last ?? "").lowercased()
    let word = String(last.map { "- ".contains($0) ? "_" : $0 })
    return word.hasPrefix("model_") ? String(word.dropFirst(6)) : word
  }
}
