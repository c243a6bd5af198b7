// Which known names a misspelt one may have meant.

/// Distances between words.
enum Spelling {
  /// The `count` names with the fewest letters to insert, drop or change to make `wanted`; nearest first.
  static func nearest(to wanted: String, among names: [String], count: Int) -> [String] {
    let letters = Array(wanted.lowercased().utf8.prefix(64))
    return
      names
      .map { (name: $0, distance: distance(letters, Array($0.lowercased().utf8))) }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
      .prefix(count)
      .map(\.name)
  }

  /// Levenshtein's distance, one row at a time.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let change = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
