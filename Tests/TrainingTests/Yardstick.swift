// How good styles are, beside the slow way: a network's loss and that of an optimisation of each picture by itself.
import Foundation
import Networks
import TestFolders
import Testing
import Weights

@testable import Training

/// What the yardstick is given by its environment: STYLEHOST_YARDSTICK names the style files, separated by colons.
private enum Asked {
  static let styles = text("STYLEHOST_YARDSTICK")?.split(separator: ":").map(String.init) ?? []
  static let paintings = text("STYLEHOST_YARDSTICK_PAINTINGS") ?? "paintings"
  static let photos = text("STYLEHOST_YARDSTICK_PHOTOS") ?? "unseen"
  static let counts = (text("STYLEHOST_YARDSTICK_EVALUATIONS") ?? "1,10,25,50,100,500").split(separator: ",").compactMap
  {
    Int($0)
  }
  static let most = text("STYLEHOST_YARDSTICK_MOST").flatMap(Int.init) ?? 20
  /// Optimisations begin with the photo, or with white noise as those of Johnson et al. do.
  static let beginsWithNoise = text("STYLEHOST_YARDSTICK_FROM") == "noise"

  private static func text(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}

@Suite("Yardstick", .enabled(if: !Asked.styles.isEmpty && Judge.vgg != nil))
struct Yardstick {
  private static func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// Two rows a style: medians over the photos of the loss of the photo itself, of the network's painting, of optimisations as they are shown;
  /// and of the same with their values beyond 0...255.
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

  private static func noise(_ number: Int) -> Picture {
    Picture(height: Judge.size, width: Judge.size, filledWith: 127.5).noisy(level: 127.5, seed: 0, number: number)
  }

  private static func rows(_ host: TrainingHost, _ photos: [Picture]) throws {
    var slope = [Float](repeating: 0, count: 3 * Judge.size * Judge.size)
    /// Losses of the optimisations of the photos, by the painting and the weights of the objective.
    var known: [String: [[Descent.Progress]]] = [:]
    for style in Asked.styles {
      let name = ((style as NSString).lastPathComponent as NSString).deletingPathExtension
      let painting = name.replacing("-realtime", with: "")
      let facts = try WeightFile.open(path: style).metadata
      let judge = try Judge(host, #require(Judge.vgg), facts)
      try judge.judge(by: "\(Asked.paintings)/\(painting).jpg")
      let network = try JohnsonNetwork(host.open(style))
      let painter = try Painter(host, pictures: 1, size: Judge.size) { network($1[0], in: $0) }
      // The objective has the layers of that convention, and takes the weights from the file.
      #expect(facts["training.convention"] == judge.objective.recipe.convention.rawValue)
      let recipe = judge.objective.recipe
      let key =
        "\(painting) \(facts["training.style_size"] ?? "") \(recipe.contentWeight) \(recipe.styleWeight) \(recipe.variationWeight)"
      var (net, untouched, ways): ([Double], [Double], [[Descent.Progress]]) = ([], [], known[key] ?? [])
      for (number, photo) in photos.enumerated() {
        try judge.judge(from: photo)
        net.append(try judge.loss(try painter.paint([photo]).numbers, &slope))
        untouched.append(try judge.loss(photo.numbers, &slope))
        guard known[key] == nil else { continue }
        ways.append(
          try Descent.run(from: Asked.beginsWithNoise ? noise(number) : photo, Asked.counts) { try judge.loss($0, &$1) }
        )
      }
      known[key] = ways
      let mine = median(net)
      for (label, numbers) in [
        (name, ways.map { $0.map(\.shown) }), ("beyond 0...255", ways.map { $0.map(\.free) }),
      ] {
        #expect(numbers.allSatisfy { $0.allSatisfy(\.isFinite) } && mine < median(untouched))
        let columns = Asked.counts.indices.map { i in median(numbers.map { $0[i] }) }
        let beaten = Array(zip(Asked.counts, columns)).last { mine < $0.1 }?.0 ?? 0
        let cells = ([median(untouched), mine] + columns).map { String(format: "%.3g", $0) }
        print("| \(label) | \(cells.joined(separator: " | ")) | \(beaten) evaluations |")
      }
    }
  }
}
