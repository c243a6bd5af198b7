// How good networks for any style are, beside the slow way.
import Foundation
import Networks
import PluginKit
import Testing
import Weights

@testable import Training

/// STYLEHOST_ADAIN_YARDSTICK names a pair, by whose encoder all are judged, and further networks, separated by colons.
private enum Asked {
  static let networks = text("STYLEHOST_ADAIN_YARDSTICK")?.split(separator: ":").map(String.init) ?? []
  static let paintings = text("STYLEHOST_YARDSTICK_PAINTINGS") ?? "paintings"
  static let photos = text("STYLEHOST_YARDSTICK_PHOTOS") ?? "unseen"
  static let most = text("STYLEHOST_YARDSTICK_MOST").flatMap(Int.init) ?? 20

  private static func text(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}

@Suite("Yardstick of any style", .enabled(if: !Asked.networks.isEmpty))
struct AdaINYardstick {
  private static let (size, counts) = (256, [1, 10, 25, 50])

  private static func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// The loss of a picture in place of what a network paints, with its slope.
  private final class Objective {
    private let plan: CompiledGraph
    private let inputs: [KeptImage], outputs: [KeptImage]

    init(_ host: TrainingHost, _ judge: AdaIN, _ settings: AdaINSettings) throws {
      let g = try GraphBuilder(host: host.services, name: "any style")
      let pictures = ["picture", "content", "style"].map { g.input($0, channels: 3) }
      let networks = AdaINNetworks(judge: judge, small: nil)
      let loss = AdaINLesson.loss(
        pictures[1], pictures[2], networks, settings, size: AdaINYardstick.size,
        painted: g.scaled(pictures[0], by: 1 / 255, channels: 3), in: g)
      let slope = g.gradients(of: loss.total, withRespectTo: [pictures[0]])
      plan = try g.finish(outputs: [loss.parts] + slope).compile(
        pictures.map { _ in BuiltGraph.Size(square: AdaINYardstick.size) })
      func image(_ c: Int, _ side: Int) throws -> KeptImage {
        try KeptImage(host: host.services, channels: c, height: side, width: side)
      }
      inputs = try pictures.map { _ in try image(3, AdaINYardstick.size) }
      outputs = [try image(loss.names.count, 1), try image(3, AdaINYardstick.size)]
    }

    func compare(with content: Picture, _ style: Picture) {
      content.write(to: inputs[1].target)
      style.write(to: inputs[2].target)
    }

    func loss(_ x: [Float], _ slope: inout [Float]) throws -> Double {
      var picture = Picture(height: AdaINYardstick.size, width: AdaINYardstick.size)
      picture.numbers = x
      picture.write(to: inputs[0].target)
      try plan.run(inputs.map(\.image), to: outputs.map(\.target))
      let gradient = outputs[1].image
      slope = (0..<3).flatMap { c in (0..<gradient.height).flatMap { Array(gradient.row($0, plane: c)) } }
      return (0..<outputs[0].image.channels).reduce(0) { $0 + Double(outputs[0].image.row(0, plane: $1)[0]) }
    }
  }

  @Test("Each network's loss beside that of an optimisation of the same photo for the same painting")
  func table() throws {
    func pictures(_ folder: String) throws -> [Picture] {
      try ContentList([folder]) { Issue.record("\($0)") }.places.prefix(Asked.most).map {
        var draws = SplitMix64(seed: 0)
        return try PictureLoader.load($0, PictureCut(size: Self.size), &draws)
      }
    }
    let (photos, paintings) = (try pictures(Asked.photos), try pictures(Asked.paintings))
    try TrainingHost.serve(threads: nil, cpuLevel: nil) { (host) throws(TrainingError) in
      do { try Self.rows(host, photos, paintings) } catch { throw TrainingError(.model, "\(error)") }
    }
  }

  private static func rows(_ host: TrainingHost, _ photos: [Picture], _ paintings: [Picture]) throws {
    let pair = try host.open(Asked.networks[0])
    let judge = try AdaIN(pair)
    var settings = AdaINSettings(content: [], styles: [], output: "")
    settings.styleWeight = pair.metadata("training.style_weight").flatMap(Double.init)
    let objective = try Objective(host, judge, settings)
    let painters = try Asked.networks.map { path in
      let file = try host.open(path)
      let network: any StyleNetwork =
        RealtimeAdaIN.recognises(Checkpoint(file)) ? try RealtimeAdaIN(file) : try AdaIN(file)
      return try Painter(host, pictures: 2, size: size) { g, pictures in
        let ofOne = pictures.map { g.scaled($0, by: 1 / 255, channels: 3) }
        return g.scaled(network.painted(ofOne[0], ofOne[1], size: size, in: g), by: 255, channels: 3)
      }
    }
    var slope: [Float] = []
    var columns = [[Double]](repeating: [], count: 1 + painters.count + 2 * counts.count)
    for (i, photo) in photos.enumerated() {
      let painting = paintings[i % paintings.count]
      objective.compare(with: photo, painting)
      var row = [try objective.loss(photo.numbers, &slope)]
      for painter in painters { row.append(try objective.loss(try painter.paint([photo, painting]).numbers, &slope)) }
      let way = try Descent.run(from: photo, counts) { try objective.loss($0, &$1) }
      row += way.map(\.shown) + way.map(\.free)
      for (c, number) in row.enumerated() { columns[c].append(number) }
    }
    let names =
      ["photo"] + Asked.networks + counts.map { "\($0) evaluations" } + counts.map { "\($0), beyond 0...255" }
    for (name, numbers) in zip(names, columns) {
      print("| \((name as NSString).lastPathComponent) | \(String(format: "%.3g", median(numbers))) |")
      #expect(numbers.allSatisfy { $0.isFinite })
    }
  }
}
