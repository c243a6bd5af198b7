// Where the time of a training step goes. Not a test of a bound: run with STYLEHOST_BENCH=1, best with -c release.
import Foundation
import PluginAPI
import Testing

@testable import Graph

@Suite("Learning benchmark", .serialized, .enabled(if: ProcessInfo.processInfo.environment["STYLEHOST_BENCH"] != nil))
struct LearningBenchmark {
  @Test("one picture of 256x256 of a training step of the width-32 Johnson net with VGG-16 to relu4_3")
  func johnson() throws {
    let twin = TwinNetwork(try GraphEngine(pool: WorkerPool(threads: 2)))
    let photo = try twin.input(3)
    twin.learns = true
    let styled = try transformer(twin, photo, width: 32)
    let variables = twin.constants
    twin.learns = false
    let kernels = try vgg16(twin)
    let (features, content) = (try layers(twin, styled, kernels, count: 10), try layers(twin, photo, kernels, count: 4))
    var loss = try mean(twin, difference(twin, features[3], content[3]))
    for layer in [1, 3, 6, 9] {
      let gram = try twin.graph.products(features[layer], features[layer], divisor: STH_PRODUCTS_ELEMENTS)
      let target = try twin.input(twin.graph.channels(of: gram))
      loss = try twin.graph.sum(loss, mean(twin, difference(twin, gram, target)))
    }
    let gradients = try twin.graph.gradients(of: loss, withRespectTo: variables)
    for node in [loss] + gradients { try twin.graph.output(node) }
    let sizes = [sth_size(h: 256, w: 256)] + [64, 128, 256, 512].map { sth_size(h: $0, w: 1) }
    let plan = try twin.graph.compile(sizes)
    let inputs = zip(sizes, twin.inputChannels).map {
      Picture(twin.tensor(c: $1, h: Int($0.h), w: Int($0.w)), slack: 0)
    }
    let results = plan.outputShapes.map { Picture(c: $0.c, h: $0.h, w: $0.w, slack: 0) }
    try plan.run(inputs: inputs.map(\.image), outputs: results.map(\.image))
    plan.setProfiling(true)
    var times: [Double] = [], refreshes: [Double] = [], changes: [Double] = []
    let norms = variables.filter { twin.graph.dims(of: $0)?.count == 1 }
    func refresh(_ changed: [sth_node]) -> Double {
      for variable in changed { twin.write(twin.numbers(variable).map { $0 * 1.001 }, to: variable) }
      let start = PlanProfile.now()
      twin.graph.refresh()
      return Double(PlanProfile.now() - start) / 1e6
    }
    for _ in 0..<5 {
      let start = PlanProfile.now()
      try plan.run(inputs: inputs.map(\.image), outputs: results.map(\.image))
      times.append(Double(PlanProfile.now() - start) / 1e6)
      refreshes.append(refresh(variables))
      changes.append(refresh(norms))
    }
    print(
      "one picture: median \(times.sorted()[2]) ms, refresh of all \(refreshes.sorted()[2]) ms, of vectors \(changes.sorted()[2]) ms, arena \(plan.arenaBytes >> 20) MiB,",
      "packed \(plan.packedBytes >> 20) MiB, \(plan.multiplyAdds / 1_000_000) MMAC")
    for step in plan.steps {
      let milliseconds = Double(step.medianNanoseconds) / 1e6
      let rate = 2 * Double(step.multiplyAdds) / max(Double(step.medianNanoseconds), 1)
      print("  ", String(format: "%8.3f ms %7.1f GFLOP/s ", milliseconds, rate), step.name)
    }
    #expect(results.allSatisfy { $0.tensor.values.allSatisfy(\.isFinite) })
  }

  private func transformer(_ twin: TwinNetwork, _ x: sth_node, width: Int) throws -> sth_node {
    func block(_ x: sth_node, _ c: (Int, Int), _ kernel: Int, stride: Int = 1) throws -> sth_node {
      let padded = try twin.pad(x, Border(kernel / 2), STH_PAD_REFLECT)
      return try twin.norm(try twin.conv(padded, c.0, c.1, kernel, kernel, strideH: stride, strideW: stride), c.1)
    }
    var y = try twin.relu(try block(x, (3, width), 9))
    y = try twin.relu(try block(y, (width, 2 * width), 3, stride: 2))
    y = try twin.relu(try block(y, (2 * width, 4 * width), 3, stride: 2))
    for _ in 0..<5 {
      let inner = try twin.relu(try block(y, (4 * width, 4 * width), 3))
      y = try twin.add(y, try block(inner, (4 * width, 4 * width), 3))
    }
    y = try twin.relu(try block(try twin.upsample(y, 2), (4 * width, 2 * width), 3))
    y = try twin.relu(try block(try twin.upsample(y, 2), (2 * width, width), 3))
    return try twin.conv(try twin.pad(y, Border(4), STH_PAD_REFLECT), width, 3, 9, 9)
  }

  /// Weight and bias of the convolutions up to relu4_3.
  private func vgg16(_ twin: TwinNetwork) throws -> [(channels: Int, weight: sth_node, bias: sth_node)] {
    let widths = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512]
    return try zip(widths, widths.dropFirst()).map { before, after in
      let range = 2 / Double(9 * before).squareRoot()
      return (after, try twin.constant([after, before, 3, 3], range: range), try twin.constant([after], range: 0.1))
    }
  }

  /// Its relus, in their order.
  private func layers(
    _ twin: TwinNetwork, _ x: sth_node, _ kernels: [(channels: Int, weight: sth_node, bias: sth_node)], count: Int
  ) throws -> [sth_node] {
    var (made, y): ([sth_node], sth_node) = ([], x)
    for (number, kernel) in kernels.prefix(count).enumerated() {
      if [2, 4, 7].contains(number) { y = try twin.maxPool(y, 2, stride: 2) }
      let padded = try twin.pad(y, Border(1), STH_PAD_ZERO)
      y = try twin.relu(try twin.graph.conv2d(padded, weight: kernel.weight, bias: kernel.bias))
      made.append(y)
    }
    return made
  }

  private func difference(_ twin: TwinNetwork, _ a: sth_node, _ b: sth_node) throws -> sth_node {
    let difference = try twin.graph.combine(a, b, STH_COMBINE_SUBTRACT)
    return try twin.graph.combine(difference, difference, STH_COMBINE_MULTIPLY)
  }

  private func mean(_ twin: TwinNetwork, _ x: sth_node) throws -> sth_node {
    try twin.graph.channelMean(twin.graph.mean(x))
  }
}
