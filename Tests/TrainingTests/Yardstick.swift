// How good styles are, beside the slow way: a network's loss and that of an optimisation of each picture by itself.
import Foundation
import Networks
import Optimisers
import PluginKit
import TestFolders
import Testing
import Weights

@testable import Training

/// What the yardstick is given by its environment: STYLEHOST_YARDSTICK names the style files, separated by colons.
private enum Asked {
  static let styles = text("STYLEHOST_YARDSTICK")?.split(separator: ":").map(String.init) ?? []
  static let paintings = text("STYLEHOST_YARDSTICK_PAINTINGS") ?? "paintings"
  static let photos = text("STYLEHOST_YARDSTICK_PHOTOS") ?? "photos"
  static let counts = (text("STYLEHOST_YARDSTICK_EVALUATIONS") ?? "1,10,25,50,100,500").split(separator: ",").compactMap
  {
    Int($0)
  }
  static let most = text("STYLEHOST_YARDSTICK_MOST").flatMap(Int.init) ?? 20

  private static func text(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}

/// Loss and gradient of pictures of one size by a genuine VGG-16, in the objective that styles are trained for.
private final class Judge {
  static let size = 256
  let host: TrainingHost
  let objective: PerceptualObjective
  private let plan: CompiledGraph
  private let content: PreparedMeasure
  private let image: KeptImage, weights: KeptImage, loss: KeptImage, gradient: KeptImage
  private var grams: [KeptImage] = []

  init(_ host: TrainingHost) throws {
    self.host = host
    let folder = try #require(SharedData.folder("weights/vgg"))
    let vgg = try VGG(host.open(folder + "/vgg16_imagenet_conv.safetensors"))
    objective = try PerceptualObjective(vgg, PerceptualConvention.fastNeuralStyle.recipe)
    let g = try GraphBuilder(host: host.services, name: "judge")
    let input = g.input("image", channels: 3)
    let total = objective.loss(of: input, in: g)
    let slope = g.gradients(of: total.total, withRespectTo: [input])
    let graph = try g.finish(outputs: [total.total] + slope)
    func kept(_ c: Int, _ h: Int, _ w: Int) throws -> KeptImage {
      try KeptImage(host: host.services, channels: c, height: h, width: w)
    }
    (image, gradient, loss) = (
      try kept(3, Self.size, Self.size), try kept(3, Self.size, Self.size), try kept(1, 1, 1)
    )
    let numbers = objective.weights(height: Self.size, width: Self.size)
    weights = try kept(numbers.count, 1, 1)
    for (i, number) in numbers.enumerated() { weights.target.row(0, plane: i)[0] = number }
    let measure = try #require(try PictureMeasure(host: host.services, objective, .content))
    content = try measure.prepared(height: Self.size, width: Self.size)
    let shapes = objective.shapes(.style, height: Self.size, width: Self.size)
    grams = try shapes.map { try kept($0.channels, $0.height, $0.width) }
    let inputs = [image] + content.results + grams + [weights]
    plan = try graph.compile(inputs.map { BuiltGraph.Size(height: $0.image.height, width: $0.image.width) })
  }

  /// From now on styles are those of a painting.
  func judge(by painting: String) throws {
    let picture = try PictureLoader.load(path: painting, longerSide: 512)
    let measure = try #require(try PictureMeasure(host: host.services, objective, .style))
    let prepared = try measure.prepared(height: picture.height, width: picture.width)
    let image = try KeptImage(host: host.services, channels: 3, height: picture.height, width: picture.width)
    picture.write(to: image.target)
    try prepared.measure(image.image)
    grams = prepared.results
  }

  /// From now on the content is that of a photo.
  func judge(from photo: Picture) throws {
    photo.write(to: image.target)
    try content.measure(image.image)
  }

  /// The loss of numbers [3][size][size]; fills their gradient.
  func loss(_ x: [Float], _ slope: inout [Float]) throws -> Double {
    var picture = Picture(height: Self.size, width: Self.size)
    picture.numbers = x
    picture.write(to: image.target)
    try plan.run(
      ([image] + content.results + grams + [weights]).map(\.image), to: [loss, gradient].map(\.target))
    var place = 0
    for c in 0..<3 {
      for y in 0..<Self.size {
        for value in gradient.image.row(y, plane: c) {
          slope[place] = value
          place += 1
        }
      }
    }
    return Double(loss.image.row(0, plane: 0)[0])
  }

  /// The lowest losses from a photo on, after so many evaluations of L-BFGS with the first step of PyTorch.
  func descend(from photo: Picture, _ counts: [Int]) throws -> [Double] {
    struct Enough: Error {}
    var lowest: [Double] = []
    var options = LBFGS.Options()
    let most = counts.max() ?? 1
    (options.iterations, options.evaluations) = (most, most)
    (options.gradientTolerance, options.changeTolerance) = (0, -1)
    var (lbfgs, x) = (LBFGS(options), photo.numbers)
    _ = try? lbfgs.step(&x) { (x, slope) throws in
      if lowest.count >= most { throw Enough() }
      let value = try self.loss(x, &slope)
      lowest.append(min(value, lowest.last ?? value))
      return value
    }
    return counts.map { lowest[min($0, lowest.count) - 1] }
  }
}

@Suite("Yardstick", .enabled(if: !Asked.styles.isEmpty && SharedData.folder("weights/vgg") != nil))
struct Yardstick {
  private static func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// One row a style: medians over the photos of the loss, and on how many photos the network is better than each optimisation.
  @Test("Each style's loss beside that of an optimisation of the same photo")
  func table() throws {
    let list = try ContentList([Asked.photos]) { Issue.record("\($0)") }
    let photos = try list.places.prefix(Asked.most).map {
      var draws = SplitMix64(seed: 0)
      return try PictureLoader.load($0, PictureCut(size: Judge.size), &draws)
    }
    let head = ["style", "photo", "net"] + Asked.counts.map { "\($0)" } + ["beats on the median"]
    print("| \(head.joined(separator: " | ")) |\n|\(head.map { _ in "---|" }.joined())")
    try TrainingHost.serve(threads: nil, cpuLevel: nil) { (host) throws(TrainingError) in
      do { try Self.rows(host, photos) } catch { throw TrainingError(.model, "\(error)") }
    }
  }

  private static func rows(_ host: TrainingHost, _ photos: [Picture]) throws {
    let judge = try Judge(host)
    var (slope, ways): ([Float], [String: [[Double]]]) = (
      [Float](repeating: 0, count: 3 * Judge.size * Judge.size), [:]
    )
    for style in Asked.styles {
      let name = ((style as NSString).lastPathComponent as NSString).deletingPathExtension
      let painting = name.replacing("-realtime", with: "")
      try judge.judge(by: "\(Asked.paintings)/\(painting).jpg")
      let painter = try Painter(host, JohnsonNetwork(host.open(style)), height: Judge.size, width: Judge.size)
      var (net, untouched): ([Double], [Double]) = ([], [])
      for photo in photos {
        try judge.judge(from: photo)
        net.append(try judge.loss(try painter.paint(photo).numbers, &slope))
        untouched.append(try judge.loss(photo.numbers, &slope))
        if ways[painting, default: []].count < photos.count {
          ways[painting, default: []].append(try judge.descend(from: photo, Asked.counts))
        }
      }
      let columns = Asked.counts.indices.map { i in median((ways[painting] ?? []).map { $0[i] }) }
      let mine = median(net)
      let beaten = Array(zip(Asked.counts, columns)).last { mine < $0.1 }?.0 ?? 0
      let cells = [median(untouched), mine] + columns
      print(
        "| \(name) | \(cells.map { String(format: "%.3g", $0) }.joined(separator: " | ")) | \(beaten) evaluations |")
    }
  }
}
