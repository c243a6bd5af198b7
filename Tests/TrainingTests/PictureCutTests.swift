// Squares of photos that are brought to other sizes from one time to the next.
import Testing
import Weights

@testable import Training

@Suite("Squares that are zoomed")
struct PictureCutTests {
  /// The square of 40 of photos of 100, up to twice as large.
  private static var cut: PictureCut {
    var cut = PictureCut(size: 40)
    (cut.photoSize, cut.mostZoom) = (100, 2)
    return cut
  }

  @Test("The shorter side is anything from the photo size down to its part, and the photo keeps its shape")
  func scales() throws {
    let cut = Self.cut
    var draws = SplitMix64(seed: 5)
    let sizes = (0..<4000).compactMap { _ in cut.scaled(width: 90, height: 60, &draws) }
    #expect(sizes.count == 4000)
    #expect(Set(sizes.map(\.height)) == Set(50...100))
    #expect(sizes.allSatisfy { abs(2 * $0.width - 3 * $0.height) <= 1 })
    // Evenly spread.
    let mean = Double(sizes.map(\.height).reduce(0, +)) / 4000
    #expect(abs(mean - 75) < 1)
    var (one, other) = (SplitMix64(seed: 9), SplitMix64(seed: 9))
    let (wide, high) = (cut.scaled(width: 90, height: 60, &one), cut.scaled(width: 60, height: 90, &other))
    let (lying, standing) = (try #require(wide), try #require(high))
    #expect(lying.width == standing.height && lying.height == standing.width)
  }

  @Test("A photo is never brought below the square")
  func least() {
    var cut = Self.cut
    cut.size = 80
    var draws = SplitMix64(seed: 5)
    let sizes = (0..<4000).compactMap { _ in cut.scaled(width: 60, height: 90, &draws) }
    #expect(Set(sizes.map(\.width)) == Set(80...100))
    cut.photoSize = nil
    let whole = (0..<100).compactMap { _ in cut.scaled(width: 60, height: 90, &draws) }
    #expect(whole.count == 100 && whole.allSatisfy { $0.width == 80 && $0.height == 120 })
  }

  @Test("Without zoom there is one size, and nothing is drawn for it")
  func still() {
    var cut = Self.cut
    cut.mostZoom = 1
    var (draws, untouched) = (SplitMix64(seed: 5), SplitMix64(seed: 5))
    let size = cut.scaled(width: 90, height: 60, &draws)
    #expect(size?.width == 150 && size?.height == 100)
    let (next, first) = (draws.next(), untouched.next())
    #expect(next == first)
  }

  @Test("A square keeps its size and shows what its draws tell, the same again for the same seed")
  func loaded() throws {
    let pictures = try TestPictures()
    let place = ContentPlace(path: try pictures.ramp("ramp.png", width: 120, height: 80), seconds: nil)
    var cut = PictureCut(size: 32)
    (cut.photoSize, cut.mostZoom, cut.isRandom) = (64, 2, true)
    var slopes: [Float] = []
    for seed in UInt64(0)..<24 {
      var (draws, again, told) = (SplitMix64(seed: seed), SplitMix64(seed: seed), SplitMix64(seed: seed))
      let square = try PictureLoader.load(place, cut, &draws)
      let second = try PictureLoader.load(place, cut, &again)
      #expect(square.width == 32 && square.height == 32 && second == square)
      let scaled = cut.scaled(width: 120, height: 80, &told)
      let size = try #require(scaled)
      let corner = cut.place(width: size.width, height: size.height, &told)
      for i in [3, 16, 28] {
        let (red, green) = (square.numbers[32 * i + i], square.numbers[1024 + 32 * i + i])
        #expect(abs(red - Self.ramp(corner.x + i, of: size.width, from: 120)) <= 8, "seed \(seed), pixel \(i)")
        #expect(abs(green - Self.ramp(corner.y + i, of: size.height, from: 80)) <= 8, "seed \(seed), pixel \(i)")
      }
      slopes.append(square.numbers[28] - square.numbers[3])
    }
    // 25 pixels of a photo of 96 to 48 columns, in both of which red goes from 0 to 255.
    #expect((slopes.min() ?? 0) > 60 && (slopes.max() ?? 0) < 140)
    #expect((slopes.max() ?? 0) > 1.5 * (slopes.min() ?? 0))
  }

  /// The number of a pixel of a ramp from 0 to 255 that had another size.
  private static func ramp(_ pixel: Int, of size: Int, from old: Int) -> Float {
    let place = (Float(pixel) + 0.5) * Float(old) / Float(size) - 0.5
    return 255 * place / Float(old - 1)
  }

  @Test("A feed of zoomed squares does not depend on how far it reads ahead, and another seed gives others")
  func feed() throws {
    let pictures = try TestPictures()
    for i in 0..<3 { try pictures.ramp("\(i).png", width: 90 + i, height: 60, blue: Float(60 * i)) }
    let list = try ContentList([pictures.folder]) { _ in }
    var cut = PictureCut(size: 16)
    (cut.photoSize, cut.mostZoom, cut.isRandom, cut.isMirrored) = (48, 3, true, true)
    func taken(_ cut: PictureCut, seed: UInt64 = 1, ahead: Int) throws -> [Picture] {
      let feed = PictureFeed(list, cut, seed: seed, ahead: ahead) { _ in }
      return try (0..<9).map { _ in try feed.next().picture }
    }
    let first = try taken(cut, ahead: 1)
    #expect(try taken(cut, ahead: 5) == first)
    #expect(try taken(cut, seed: 2, ahead: 5) != first)
    cut.mostZoom = 1
    #expect(try taken(cut, ahead: 5) != first)
  }
}
