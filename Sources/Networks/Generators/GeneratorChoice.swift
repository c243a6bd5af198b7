// Finds the generators in a file, and the one that is meant.
import PluginKit

/// The generators of a file, by what stands before their keys.
///
/// A file may hold one generator bare, or one or two behind names: `netG_A.` and `netG_B.` (CycleGAN, where G_A translates from A
/// to B), `G_A2B.`, `AtoB.`, `a2b.` and the like, or the entries `a` and `b` of a dictionary. Other networks beside them
/// (discriminators) are left alone.
public struct GeneratorChoice {
  private let weights: WeightSet
  private let folders: [(name: String, direction: GeneratorDirection?)]

  /// Looks for the first convolutions of generators.
  public init(_ weights: WeightSet) {
    self.weights = weights
    let first = "model.1.weight"
    let found = weights.names.filter { name in
      guard name.hasSuffix(first), let shape = weights[name]?.shape else { return false }
      return shape.count == 4 && shape[2...] == [7, 7]
    }.map { String($0.dropLast(first.count)) }.filter { $0.isEmpty || $0.hasSuffix(".") }
    folders = found.map { ($0, Self.direction(of: $0)) }
  }

  /// The directions there are to choose from; none where the file does not tell.
  public var directions: [GeneratorDirection] { folders.compactMap(\.direction) }

  /// The checkpoint of the generator that is meant, or of the whole file where it holds none. The only generator of a file that
  /// does not tell its direction is taken for either.
  /// Throws `badParameter` where the only generator goes the other way, `badWeights` where the file has several and does not
  /// tell which is which.
  public func checkpoint(_ direction: GeneratorDirection = .auto) throws(PluginError) -> Checkpoint {
    guard folders.count > 1 else {
      guard let only = folders.first else { return Checkpoint(weights) }
      guard direction == .auto || only.direction == nil || direction == only.direction else {
        let way = only.direction == .a2b ? "A to B" : "B to A"
        throw PluginError(
          .badParameter, "\(weights.label) holds one generator, that from \(way): leave direction= out")
      }
      return Checkpoint(weights, under: only.name)
    }
    let wanted = direction == .auto ? .a2b : direction
    guard folders.count == 2, Set(directions).count == 2, let folder = folders.first(where: { $0.direction == wanted })
    else {
      let names = folders.map { "'\($0.name)'" }.joined(separator: ", ")
      throw weights.failure("it holds \(folders.count) generators, \(names), and does not tell which way they go")
    }
    return Checkpoint(weights, under: folder.name)
  }

  /// What the last name before a generator's keys says of it.
  private static func direction(of folder: String) -> GeneratorDirection? {
    let parts = folder.split(separator: ".").filter { $0 != "module" }
    guard let name = parts.last?.split(whereSeparator: { $0 == "_" || $0 == "-" }).last else { return nil }
    // Words begin where the case changes, and "AtoB" is one: the longest ending that is a word counts.
    let starts = name.indices.filter { i in
      guard i > name.startIndex else { return true }
      let next = name.index(after: i)
      let isLastCapital = next < name.endIndex && !name[next].isUppercase
      return name[i].isUppercase && (!name[name.index(before: i)].isUppercase || isLastCapital)
    }
    return starts.lazy.compactMap { words[name[$0...].lowercased()] }.first
  }

  /// Words that tell a direction.
  private static let words: [String: GeneratorDirection] = [
    "a": .a2b, "ab": .a2b, "a2b": .a2b, "atob": .a2b, "b": .b2a, "ba": .b2a, "b2a": .b2a, "btoa": .b2a,
  ]
}
