// How far the places of a translated picture are from those of the picture it was made of.
import Networks
import PluginKit
import Weights

/// PatchNCE (Park et al., ECCV 2020): of all places of the picture, a place of its translation shall be most like the one at its own place. Numbers
/// of a place are those of the generator's encoder behind a small perceptron, of length 1.
struct PatchContrast {
  /// Layers of the generator by their numbers, and what comes out of them.
  let layers: [Int]
  let shapes: [(planes: Int, height: Int, width: Int)]
  /// Places that are compared, of each layer.
  let counts: [Int]
  /// The layers of the antialiased generator that are compared.
  static let published = [0, 4, 8, 12, 16]
  /// Places as published, and what similarities of -1...1 are divided by.
  private static let (most, temperature) = (256, 0.07)

  /// Of a generator and pictures of a size. Throws `unsupported` where it does not have the layers.
  init(_ generator: ResNetGenerator, layers: [Int] = published, most: Int = most, size: Int) throws(PluginError) {
    guard let shapes = generator.featureShapes(at: layers, height: size, width: size) else {
      throw PluginError(
        .unsupported,
        "the generator ends before layer \(layers.max() ?? 0), whose places are compared: give it more blocks")
    }
    (self.layers, self.shapes) = (layers, shapes)
    counts = shapes.map { min(most, $0.height * $0.width) }
  }

  var planes: [Int] { shapes.map(\.planes) }

  /// Inputs of a graph, one for each layer: [1, 1, count].
  func inputs(_ name: String, in g: borrowing GraphBuilder) -> [Value] {
    layers.map { g.input("\(name) \($0)", channels: 1) }
  }

  /// The mean over the layers of the mean cross-entropy of places: [1, 1, 1]. No loss learns through `keys`.
  /// - Parameters:
  ///   - queries, keys: features of the translation and of the picture.
  ///   - queryPlaces, keyPlaces: where they are compared.
  func loss(
    queries: [Value], _ queryPlaces: [Value], keys: [Value], _ keyPlaces: [Value], _ projection: PatchProjection,
    in g: borrowing GraphBuilder
  ) -> Value {
    let losses = layers.indices.map { l in
      let query = projection(g.gather(queries[l], queryPlaces[l]), layer: l, in: g)
      let key = g.stopGradient(projection(g.gather(keys[l], keyPlaces[l]), layer: l, in: g))
      return crossEntropy(query, key, count: counts[l], numbers: projection.outPlanes(l), in: g)
    }
    let sum = losses.dropFirst().reduce(losses[0]) { g.add($0, $1) }
    return g.scaled(sum, by: 1 / Double(layers.count), channels: 1)
  }

  /// Of each query the logarithm of the sum over all keys, less its own key's similarity. The exponents are 1 / 0.07 at most: nothing overflows.
  private func crossEntropy(
    _ query: Value, _ key: Value, count: Int, numbers: Int, in g: borrowing GraphBuilder
  ) -> Value {
    let similarity = g.products(g.transpose(query, count: count), g.transpose(key, count: count))
    let powers = g.activate(g.scaled(similarity, by: 1 / Self.temperature, channels: count), .exp)
    let sums = g.scaled(g.mean(powers), by: Double(count), channels: count)
    let own = g.channelMean(g.mean(g.combine(query, key, .multiply)))
    return g.combine(
      g.channelMean(g.activate(sums, .log)), g.scaled(own, by: Double(numbers) / Self.temperature, channels: 1),
      .subtract)
  }

  /// Places of each layer, none of them twice; a seed and a name decide which.
  func draw(seed: UInt64, _ name: String) -> [[Int]] {
    layers.indices.map { l in
      var draws = SplitMix64(seed: seed, name: "\(name), layer \(layers[l])")
      var all = Array(0..<shapes[l].height * shapes[l].width)
      // The first places of a shuffled list.
      for i in 0..<counts[l] { all.swapAt(i, i + draws.below(all.count - i)) }
      return Array(all[..<counts[l]])
    }
  }

  /// The places that lie there in the picture turned over, left to right.
  func mirrored(_ places: [[Int]]) -> [[Int]] {
    zip(places, shapes).map { places, shape in
      places.map { $0 / shape.width * shape.width + shape.width - 1 - $0 % shape.width }
    }
  }
}
