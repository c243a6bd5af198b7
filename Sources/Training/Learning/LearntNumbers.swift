// All numbers of a network while it learns: those that its styles share, and a row of scales and shifts for each style.
import PluginKit
import Weights

/// The weights of a network of one style or of several (Dumoulin et al., ICLR 2017), one after another in one vector.
///
/// A network of several styles has its norms' scales and shifts as [styles, channels]; in the graph there is always the network of one
/// style, whose norms are given a row.
struct LearntNumbers: Sendable {
  /// One tensor.
  struct Part: Sendable, Equatable {
    let name: String
    /// As the file has it.
    let shape: [Int]
    /// Where it begins in `numbers`.
    let start: Int
    /// One row a style.
    let hasRows: Bool

    var count: Int { shape.reduce(1, *) }
  }

  let parts: [Part]
  let styleCount: Int
  /// All of them.
  var numbers: [Float]
  private let places: [String: Int]

  /// Numbers of a network's file.
  /// - Throws: `model` where its norms are of different numbers of styles.
  init(_ weights: [TrainedTensor]) throws(TrainingError) {
    var parts: [Part] = []
    var (numbers, counts): ([Float], Set<Int>) = ([], [])
    for tensor in weights {
      let hasRows = Self.isNorm(tensor.name) && tensor.shape.count == 2
      if Self.isNorm(tensor.name) { counts.insert(hasRows ? tensor.shape[0] : 1) }
      parts.append(Part(name: tensor.name, shape: tensor.shape, start: numbers.count, hasRows: hasRows))
      numbers += tensor.floats
    }
    guard counts.count <= 1, counts.first != 0 else {
      throw TrainingError(.model, "cannot learn: the norms of the network are of different numbers of styles")
    }
    (self.parts, self.numbers, styleCount) = (parts, numbers, counts.first ?? 1)
    places = Dictionary(uniqueKeysWithValues: parts.enumerated().map { ($0.element.name, $0.offset) })
  }

  /// How many there are.
  var count: Int { (parts.last?.start ?? 0) + (parts.last?.count ?? 0) }

  /// The tensor is the scale or the shift of a norm: what styles do not share.
  static func isNorm(_ name: String) -> Bool { name.contains(/(^|\.)in[0-9]+\.(weight|bias)$/) }

  /// Where the numbers of a tensor lie that a style uses; nil for a name that is not there.
  func place(of name: String, style: Int) -> Range<Int>? {
    guard let part = places[name].map({ parts[$0] }) else { return nil }
    let count = part.hasRows ? part.shape[1] : part.count
    let start = part.start + (part.hasRows ? style * count : 0)
    return start..<start + count
  }

  /// Gives variables the numbers of a style.
  func write(to variables: [Variable], style: Int) {
    numbers.withUnsafeBufferPointer { numbers in
      for variable in variables {
        guard let place = place(of: variable.name, style: style) else { continue }
        _ = variable.numbers.update(fromContentsOf: numbers[place.prefix(variable.numbers.count)])
      }
    }
  }

  /// Adds what a graph gives as gradients of its variables, times `share`, where a style has their numbers.
  func add(
    _ gradients: [KeptImage], of variables: [Variable], style: Int, times share: Float, to sums: inout [Float]
  ) {
    for (variable, gradient) in zip(variables, gradients) {
      guard let place = place(of: variable.name, style: style) else { continue }
      Self.add(gradient.image, times: share, to: &sums, from: place.lowerBound)
    }
  }

  private static func add(_ image: Image, times share: Float, to sums: inout [Float], from start: Int) {
    sums.withUnsafeMutableBufferPointer { sums in
      var place = start
      for c in 0..<image.channels {
        for y in 0..<image.height {
          let row = image.row(y, plane: c)
          for x in 0..<min(row.count, sums.count - place) { sums[place + x] += share * row[x] }
          place += row.count
        }
      }
    }
  }

  /// As the file has them.
  var weights: [TrainedTensor] {
    parts.map { TrainedTensor(name: $0.name, shape: $0.shape, floats: Array(numbers[$0.start..<$0.start + $0.count])) }
  }

  /// The network of one of the styles.
  func network(ofStyle style: Int) -> [TrainedTensor] {
    parts.map { part in
      let place = place(of: part.name, style: style) ?? part.start..<part.start
      return TrainedTensor(
        name: part.name, shape: part.hasRows ? [part.shape[1]] : part.shape, floats: Array(numbers[place]))
    }
  }
}

extension [TrainedTensor] {
  /// The same network for styles that begin with the rows of these.
  func withRows(of styles: [Int]) -> [TrainedTensor] {
    map { tensor in
      guard LearntNumbers.isNorm(tensor.name), let channels = tensor.shape.last else { return tensor }
      let rows = styles.flatMap { style in
        tensor.shape.count == 2 ? tensor.floats[style * channels..<(style + 1) * channels] : tensor.floats[...]
      }
      let shape = styles.count == 1 ? [channels] : [styles.count, channels]
      return TrainedTensor(name: tensor.name, shape: shape, floats: rows)
    }
  }
}
