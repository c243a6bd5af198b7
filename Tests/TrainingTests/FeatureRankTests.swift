// Does the small feature network that ships find the same pictures good as the VGG it was made of?
import Foundation
import Networks
import PluginKit
import TestFolders
import Testing
import Weights

@testable import Training

@Suite(
  "The bundled features rank pictures as VGG-16 does",
  .enabled(
    if: Judge.vgg != nil && Judge.media != nil && ProcessInfo.processInfo.environment["STYLEHOST_LONG_TESTS"] != nil))
struct FeatureRankTests {
  /// Photos, the same painted by networks of other styles, halves of both, and photos with noise.
  private static func candidates(_ host: TrainingHost) throws -> [(photo: Int, picture: Picture)] {
    let (media, weights) = (try #require(Judge.media), try #require(SharedData.folder("weights/johnson")))
    let list = try ContentList([media + "/photos"]) { Issue.record("\($0)") }
    let photos = try list.places.prefix(8).map {
      var draws = SplitMix64(seed: 0)
      return try PictureLoader.load($0, PictureCut(size: Judge.size), &draws)
    }
    var candidates: [(Int, Picture)] = []
    for (p, photo) in photos.enumerated() {
      candidates += [(p, photo), (p, photo.noisy(level: 20, seed: 1, number: p))]
    }
    let files = [
      "candy.safetensors", "mosaic.safetensors", "mosaic_nc8_b1_e2_1e05_1e10.model",
      "rain-princess_nc16_b1_e2_1e05_1e10.model",
    ]
    for file in files {
      let network = try JohnsonNetwork(host.open("\(weights)/\(file)"))
      let painter = try Painter(host, pictures: 1, size: Judge.size) { network($1[0], in: $0) }
      for (p, photo) in photos.enumerated() {
        let painted = try painter.paint([photo])
        var half = painted
        for i in half.numbers.indices { half.numbers[i] = 0.5 * (painted.numbers[i] + photo.numbers[i]) }
        candidates += [(p, painted), (p, half)]
      }
    }
    return candidates
  }

  /// Spearman's rank correlation.
  static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    func ranks(_ numbers: [Double]) -> [Double] {
      var ranks = [Double](repeating: 0, count: numbers.count)
      for (rank, i) in numbers.indices.sorted(by: { numbers[$0] < numbers[$1] }).enumerated() {
        ranks[i] = Double(rank)
      }
      return ranks
    }
    let squares = zip(ranks(a), ranks(b)).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let n = Double(a.count)
    return 1 - 6 * squares / (n * (n * n - 1))
  }

  @Test("Content and style losses of 80 pictures, beside paintings it has not seen, stand in the same order")
  func ranks() throws {
    let bundled = URL(fileURLWithPath: #filePath).appending(path: "../../../Styles/features.safetensors")
      .standardizedFileURL
    let media = try #require(Judge.media)
    let paintings = ["vg_houses", "vg_la_cafe", "vg_olive", "vg_wheat_field"]
    try TrainingHost.serve(threads: nil, cpuLevel: nil) { (host) throws(TrainingError) in
      do {
        let judges = [try Judge(host, #require(Judge.vgg)), try Judge(host, bundled.path)]
        let candidates = try Self.candidates(host)
        var slope = [Float](repeating: 0, count: 3 * Judge.size * Judge.size)
        for painting in paintings {
          var found: [[(content: Double, style: Double)]] = [[], []]
          for (j, judge) in judges.enumerated() {
            try judge.judge(by: media + "/paintings/\(painting).jpg")
            for candidate in candidates {
              try judge.judge(from: candidates[2 * candidate.photo].picture)
              _ = try judge.loss(candidate.picture.numbers, &slope)
              found[j].append((judge.losses.content, judge.losses.style))
            }
          }
          // A photo beside itself has no content loss by either.
          let pairs = zip(found[0], found[1]).filter { $0.0.content > 0 }
          let content = Self.correlation(pairs.map(\.0.content), pairs.map(\.1.content))
          let style = Self.correlation(found[0].map(\.style), found[1].map(\.style))
          print("\(painting): rank correlation of content \(content), of style \(style)")
          #expect(content > 0.9 && style > 0.9)
        }
      } catch let error as TrainingError {
        throw error
      } catch { throw TrainingError(.model, "\(error)") }
    }
  }
}
