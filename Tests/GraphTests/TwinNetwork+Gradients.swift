// Gradients against the finite differences of the oracle.
import PluginAPI
import Testing

@testable import Graph

extension TwinNetwork {
  /// Expects the gradients of a random mixture of all numbers of `y` with respect to all inputs and constants to be the finite
  /// differences of the oracle, which computes in double precision.
  func checkGradients(
    of y: sth_node, _ sizes: [(h: Int, w: Int)], within bound: Double = 1e-4,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (inputs, constants) = (inputNodes, constants)
    var values = zip(sizes, inputChannels).map { tensor(c: $1, h: $0.h, w: $0.w) }
    outputs = [y]
    let result = expected(values)[0]
    let weights = tensor(c: result.c, h: result.h, w: result.w)
    let product = try graph.combine(y, input(result.c), STH_COMBINE_MULTIPLY)
    let loss = try graph.scaled(
      graph.channelMean(graph.mean(product)), by: Double(result.values.count), channels: 1)
    let gradients = try graph.gradients(of: loss, withRespectTo: inputs + constants)
    for node in [loss] + gradients { try graph.output(node) }

    func lossOfOracle() -> Double { zip(expected(values)[0].values, weights.values).map(*).reduce(0, +) }
    let step = 1e-6
    var differences: [[(place: Int, number: Double)]] = []
    for (number, value) in values.enumerated() {
      differences.append(
        places(value.values.count).map { place in
          values[number].values[place] += step
          let above = lossOfOracle()
          values[number].values[place] -= 2 * step
          let below = lossOfOracle()
          values[number].values[place] += step
          return (place, (above - below) / (2 * step))
        })
    }
    for constant in constants {
      differences.append(
        places(numbers(constant).count).map { place in
          nudge(constant, place, by: step)
          let above = lossOfOracle()
          nudge(constant, place, by: -2 * step)
          let below = lossOfOracle()
          nudge(constant, place, by: step)
          return (place, (above - below) / (2 * step))
        })
    }
    let truth = lossOfOracle()
    for optimise in [true, false] {
      let results = try run(values + [weights], optimise: optimise)
      #expect(abs(results[0].tensor.values[0] - truth) <= 1e-4 * max(abs(truth), 1), sourceLocation: sourceLocation)
      for (index, its) in differences.enumerated() {
        let made = results[index + 1].tensor.values
        let scale = max(its.map { abs($0.number) }.max() ?? 0, 0.02)
        let off = its.map { abs(made[$0.place] - $0.number) }.max() ?? 0
        #expect(
          off <= bound * scale,
          "gradient \(index) of \(differences.count), optimised \(optimise), is off by \(off) of \(scale)",
          sourceLocation: sourceLocation)
        #expect(results[index + 1].guardsHold, sourceLocation: sourceLocation)
      }
    }
  }

  /// Some places of so many, the first and the last among them.
  private func places(_ count: Int) -> [Int] {
    count <= 24 ? Array(0..<count) : [0, count - 1] + (0..<16).map { _ in integer(0...count - 1) }
  }
}

extension TwinNetwork {
  /// The mean of each channel, or of all, plus a number.
  func channelMeans(of x: sth_node, all: Bool, shifted shift: Double) throws -> sth_node {
    let means = record(try graph.mean(x), from: [x]) { values in
      OracleTensor(c: values[0].c, h: 1, w: 1) { c, _, _ in
        var sum = 0.0
        for y in 0..<values[0].h { for x in 0..<values[0].w { sum += values[0][c, y, x] } }
        return sum / Double(values[0].h * values[0].w)
      }
    }
    let mean =
      all
      ? record(try graph.channelMean(means), from: [means]) { values in
        OracleTensor(c: 1, h: 1, w: 1) { _, _, _ in values[0].values.reduce(0, +) / Double(values[0].c) }
      } : means
    let channels = graph.channels(of: mean)
    return record(try graph.affine(mean, shift: graph.constant(shift, channels: channels)), from: [mean]) {
      $0[0].map { $0 + shift }
    }
  }
}

/// Checks gradients of networks with inputs of several numbers of channels.
protocol ChecksGradients {}

extension ChecksGradients {
  /// Builds with an input of each number of channels and checks its gradients.
  func check(
    _ level: UInt32, channels: [Int] = [1, 3, 5, 17], sizes: [(h: Int, w: Int)] = [(5, 7)], within bound: Double = 1e-4,
    sourceLocation: SourceLocation = #_sourceLocation, _ build: (TwinNetwork, sth_node, Int) throws -> sth_node
  ) throws {
    for c in channels {
      for size in sizes {
        let twin = TwinNetwork(try Engines.make(level: level), seed: UInt64(c))
        twin.learns = true
        let y = try build(twin, try twin.input(c), c)
        try twin.checkGradients(
          of: y, Array(repeating: size, count: twin.inputChannels.count), within: bound,
          sourceLocation: sourceLocation)
      }
    }
  }
}
