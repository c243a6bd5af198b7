// Suggestion.swift - "did you mean": the known word nearest to a mistyped one.

enum Suggestion {
  /// " - did you mean 'x'?" for the nearest candidate within a third of the word's length, or nothing.
  static func sentence(for word: String, among candidates: [String]) -> String {
    guard let best = nearest(to: word, among: candidates) else { return "" }
    return " - did you mean '\(best)'?"
  }

  /// The candidate with the smallest edit distance, when that is at most a third of the word (at least 1, at most 3); else the first
  /// that begins with the word, of three letters or more.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    let typed = Array(word.lowercased().unicodeScalars.prefix(64))
    let limit = max(1, min(3, typed.count / 3))
    var best: (distance: Int, name: String)?
    for candidate in candidates {
      let distance = editDistance(typed, Array(candidate.lowercased().unicodeScalars.prefix(64)))
      if distance <= limit, distance < best?.distance ?? Int.max { best = (distance, candidate) }
    }
    let begun = candidates.first { typed.count >= 3 && $0.lowercased().hasPrefix(word.lowercased()) }
    return best?.name ?? begun
  }

  /// Damerau-Levenshtein distance with adjacent swaps (optimal string alignment).
  static func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + [Int](repeating: 0, count: b.count)
      for j in 1...b.count {
        let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        row[j] = min(last[j] + 1, row[j - 1] + 1, substitution)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
