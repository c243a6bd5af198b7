// Which of the styles of a network is wanted, or how much of each.
import PluginKit

/// Shares of the styles of a network of several (Dumoulin et al., ICLR 2017): its norms take the sum of each style's scales and
/// shifts times its share. Shares are used as given; they need not add up to 1.
public struct StyleMix: Sendable, Equatable {
  /// How many styles the network has.
  public let styleCount: Int
  /// The rows that are used, with their shares.
  let parts: [Part]

  /// Larger shares leave the range of the network's numbers.
  private static let largestShare = 1000.0

  /// A share of one style.
  struct Part: Sendable, Equatable {
    let style: Int
    let share: Double
  }

  /// Reads what a person typed: "3", "mosaic", "0:0.7+3:0.3", "mosaic:0.5+candy:0.5"; nothing means the first style.
  /// - Parameter names: of the styles, in their order; where the file names none, they have numbers only.
  /// Throws `badParameter` for a style that the network does not have, a share beyond -1000...1000, and a mix where there is one style.
  public init(_ text: String, styleCount: Int, names: [String] = []) throws(PluginError) {
    self.styleCount = styleCount
    let known = Array(names.prefix(styleCount))
    if let whole = Self.style(text.isEmpty ? "0" : text, styleCount, known) {
      parts = [Part(style: whole, share: 1)]
      return
    }
    var parts: [Part] = []
    for piece in text.split(separator: "+", omittingEmptySubsequences: false) {
      let end = piece.lastIndex(of: ":")
      let name = String(end.map { piece[..<$0] } ?? piece)
      let share = end.map { Double(piece[piece.index(after: $0)...]) } ?? 1
      guard let share, share.isFinite else {
        throw PluginError(.badParameter, "style=\(text): '\(piece)' is not STYLE:SHARE, such as 0:0.7")
      }
      guard share.magnitude <= Self.largestShare else {
        throw PluginError(.badParameter, "style=\(text): the share of '\(piece)' is beyond -1000...1000")
      }
      guard let style = Self.style(name, styleCount, known) else {
        throw Self.unknown(name, styleCount, known)
      }
      parts.append(Part(style: style, share: share))
    }
    guard styleCount > 1 || parts == [Part(style: 0, share: 1)] else {
      throw PluginError(.badParameter, "style=\(text): the network has one style, which cannot be mixed")
    }
    self.parts = parts
  }

  private static func style(_ text: String, _ count: Int, _ names: [String]) -> Int? {
    if let named = names.firstIndex(of: text) { return named }
    guard let number = Int(text), (0..<count).contains(number) else { return nil }
    return number
  }

  private static func unknown(_ name: String, _ count: Int, _ names: [String]) -> PluginError {
    let choice = names.isEmpty ? "" : ": " + names.joined(separator: ", ")
    let range = count == 1 ? "one style, 0" : "\(count) styles, 0...\(count - 1)"
    return PluginError(.badParameter, "there is no style '\(name)': the network has \(range)\(choice)")
  }

  /// `rows`: [styles][channels]. Gives their mix, [channels].
  func callAsFunction(_ rows: [Float]) -> [Float] {
    let channels = rows.count / max(1, styleCount)
    return (0..<channels).map { c in
      Float(parts.reduce(0.0) { $0 + $1.share * Double(rows[$1.style * channels + c]) })
    }
  }

  /// The names of the styles of a file: its metadata "stylehost.styles", a JSON array of texts or names with commas between.
  public static func names(in weights: WeightSet) -> [String] {
    guard let text = weights.metadata("stylehost.styles") else { return [] }
    if case .list(let items)? = JSONValue(text) { return items.compactMap(\.text) }
    return text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }
}
