// Pictures to learn from: found, read, cut, and handed out in an order that a seed decides.
import Foundation
import TestFolders
import Testing
import Weights

@testable import Training

@Suite("Pictures to learn from")
struct PictureTests {
  private func feed(_ list: ContentList, _ cut: PictureCut, seed: UInt64 = 1, from first: Int = 0, ahead: Int = 3)
    -> PictureFeed
  {
    PictureFeed(list, cut, seed: seed, from: first, ahead: ahead) { _ in }
  }

  /// Which file a picture of 16x16 is of, whose blue is 30 times that; scaling may be off by a level or two.
  private static func file(_ picture: Picture) -> Int { Int(picture.numbers[512] + 15) / 30 }

  @Test("Folders are searched all the way down, in the order of names, and other files are left alone")
  func listing() throws {
    let pictures = try TestPictures()
    for name in ["b.png", "a.jpg", "inner/deep/c.PNG", ".hidden/d.png"] { try pictures.ramp(name, width: 8, height: 8) }
    try "words".write(toFile: pictures.scratch.path("notes.txt"), atomically: true, encoding: .utf8)
    let list = try ContentList([pictures.folder]) { _ in Issue.record("nothing is to be warned of") }
    #expect(list.places.map { ($0.path as NSString).lastPathComponent } == ["a.jpg", "b.png", "c.PNG"])
  }

  @Test("A folder may be named by a symbolic link")
  func linkedFolder() throws {
    let pictures = try TestPictures()
    try pictures.ramp("photos/inner/a.png", width: 8, height: 8)
    let link = pictures.scratch.path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: pictures.scratch.path("photos"))
    let list = try ContentList([link]) { _ in Issue.record("nothing is to be warned of") }
    #expect(list.places.map(\.path) == ["\(link)/inner/a.png"])
  }

  @Test("Links below a folder are followed, and one that leads back to it does not make a circle")
  func linksBelow() throws {
    let pictures = try TestPictures()
    try pictures.ramp("photos/a.png", width: 8, height: 8)
    try pictures.ramp("more/b.png", width: 8, height: 8)
    let photos = pictures.scratch.path("photos")
    try pictures.ramp("photos/z/c.png", width: 8, height: 8)
    for (name, target) in [("more", pictures.scratch.path("more")), ("back", photos), ("alias", photos + "/z")] {
      try FileManager.default.createSymbolicLink(atPath: "\(photos)/\(name)", withDestinationPath: target)
    }
    let list = try ContentList([photos]) { _ in Issue.record("nothing is to be warned of") }
    #expect(list.places.map(\.path) == ["a.png", "alias/c.png", "more/b.png"].map { "\(photos)/\($0)" })
  }

  @Test("A path that is not there, and a folder without pictures, are told in one line")
  func nothing() throws {
    let scratch = try Scratch()
    let missing = #expect(throws: TrainingError.self) { try ContentList([scratch.path("none")]) { _ in } }
    #expect(missing?.description.hasSuffix("none: there is no such file or folder") == true)
    let empty = #expect(throws: TrainingError.self) { try ContentList([scratch.url.path]) { _ in } }
    #expect(empty?.description.contains("there is no picture to learn from") == true)
  }

  @Test("A picture keeps its values: red, green and blue planes of 0...255")
  func planes() throws {
    let pictures = try TestPictures()
    let path = try pictures.ramp("ramp.png", width: 16, height: 16, blue: 77)
    var draws = SplitMix64(seed: 0)
    let picture = try PictureLoader.load(ContentPlace(path: path, seconds: nil), PictureCut(size: 16), &draws)
    #expect(picture.numbers[0..<16].elementsEqual((0..<16).map { Float($0 * 17) }))
    #expect(picture.numbers[256 + 16 * 5] == 85)
    #expect(picture.numbers[512...].allSatisfy { $0 == 77 })
  }

  @Test("The shorter side becomes the square's, and the square lies in the middle of the longer one")
  func middle() throws {
    let pictures = try TestPictures()
    let path = try pictures.ramp("wide.png", width: 90, height: 30)
    var draws = SplitMix64(seed: 0)
    let picture = try PictureLoader.load(ContentPlace(path: path, seconds: nil), PictureCut(size: 20), &draws)
    #expect((picture.width, picture.height) == (20, 20))
    // Of 60 columns 20...39 are left.
    #expect(abs(picture.numbers[0] - 255 * 20 / 59) < 4 && abs(picture.numbers[19] - 255 * 39 / 59) < 4)
    #expect(abs(picture.numbers[400 + 19 * 20] - 255) < 8)
  }

  @Test("A photo may be larger than the square, which then lies anywhere in both directions, or in the middle")
  func largerPhoto() {
    var cut = PictureCut(size: 20)
    cut.photoSize = 32
    var draws = SplitMix64(seed: 5)
    let size = cut.scaled(width: 90, height: 60, &draws)
    #expect(size?.width == 48 && size?.height == 32)
    let middle = cut.place(width: 48, height: 32, &draws)
    #expect(middle.x == 14 && middle.y == 6)
    cut.isRandom = true
    let places = (0..<2000).map { _ in cut.place(width: 48, height: 32, &draws) }
    #expect(Set(places.map(\.x)) == Set(0...28) && Set(places.map(\.y)) == Set(0...12))
  }

  @Test("A random square lies anywhere and is turned over half of the time")
  func augmentation() {
    var cut = PictureCut(size: 20)
    (cut.isRandom, cut.isMirrored) = (true, true)
    var draws = SplitMix64(seed: 5)
    let places = (0..<2000).map { _ in cut.place(width: 30, height: 20, &draws) }
    #expect(Set(places.map(\.x)) == Set(0...10) && places.allSatisfy { $0.y == 0 })
    #expect((900...1100).contains(places.filter(\.isMirrored).count))
    var row = Picture(height: 1, width: 3)
    row.numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    #expect(row.mirrored().numbers == [3, 2, 1, 6, 5, 4, 9, 8, 7])
  }

  @Test(
    "The same seed gives the same pictures whatever is read ahead, another seed others, and a run goes on where it was")
  func order() throws {
    let pictures = try TestPictures()
    for i in 0..<7 { try pictures.ramp("\(i).png", width: 40 + i, height: 24, blue: Float(30 * i)) }
    let list = try ContentList([pictures.folder]) { _ in }
    var cut = PictureCut(size: 16)
    (cut.isRandom, cut.isMirrored) = (true, true)
    func taken(_ feed: PictureFeed, _ count: Int) throws -> [(picture: Picture, following: Int)] {
      try (0..<count).map { _ in try feed.next() }
    }
    let first = try taken(feed(list, cut), 20)
    #expect(try taken(feed(list, cut, ahead: 1), 20).map(\.picture) == first.map(\.picture))
    #expect(try taken(feed(list, cut, seed: 2), 20).map(\.picture) != first.map(\.picture))
    let later = try taken(feed(list, cut, from: first[8].following), 11)
    #expect(later.map(\.picture) == first[9...].map(\.picture))
    // Blue tells the files apart: each round shows all of them.
    let blues = first.map { Self.file($0.picture) }
    #expect(Set(blues[0..<7]) == Set(0..<7) && Set(blues[7..<14]) == Set(0..<7))
    #expect(Array(blues[0..<7]) != Array(blues[7..<14]))
  }

  @Test("A file that cannot be read is told of once and left out")
  func unreadable() throws {
    let pictures = try TestPictures()
    for i in 0..<3 { try pictures.ramp("\(i).png", width: 20, height: 20, blue: Float(30 * i)) }
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: pictures.scratch.path("broken.png")))
    try pictures.ramp("hair.png", width: 400, height: 2)
    let list = try ContentList([pictures.folder]) { _ in }
    let said = Said()
    let feed = PictureFeed(list, PictureCut(size: 16), seed: 3, ahead: 1) { said.hear($0) }
    let blues = try (0..<12).map { _ in Self.file(try feed.next().picture) }
    #expect((0..<4).allSatisfy { Set(blues[$0 * 3..<$0 * 3 + 3]) == Set(0..<3) })
    #expect(said.all.count == 2 && said.all.allSatisfy { $0.hasSuffix("; it is left out") })
    #expect(said.all.contains { $0.contains("too long and narrow") })
  }

  @Test("Where no file can be read the run ends with one line")
  func allUnreadable() throws {
    let scratch = try Scratch()
    for i in 0..<3 { try Data("no picture".utf8).write(to: URL(fileURLWithPath: scratch.path("\(i).jpg"))) }
    let feed = feed(try ContentList([scratch.url.path]) { _ in }, PictureCut(size: 16))
    for _ in 0..<2 {
      let error = #expect(throws: TrainingError.self) { try feed.next() }
      #expect(error?.description == "none of the 3 pictures to learn from can be read")
    }
  }

  @Test("A video gives frames spread over its length")
  func video() throws {
    let pictures = try TestPictures()
    for i in 0..<30 {
      try pictures.write(Picture(height: 32, width: 48, filledWith: Float(8 * i)), String(format: "frames/%03d.png", i))
    }
    let made = Process()
    made.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    made.arguments = [
      "ffmpeg", "-v", "error", "-framerate", "10", "-i", pictures.scratch.path("frames/%03d.png"),
      pictures.scratch.path("clip.mkv"),
    ]
    try made.run()
    made.waitUntilExit()
    try #require(made.terminationStatus == 0)
    let list = try ContentList([pictures.scratch.path("clip.mkv")]) { _ in }
    #expect(list.places.count == 6)
    let greys = try list.places.map { place in
      var draws = SplitMix64(seed: 0)
      return try PictureLoader.load(place, PictureCut(size: 32), &draws).numbers[0]
    }
    // Every half second, from a quarter second on: the third of five frames each time.
    for (i, grey) in greys.enumerated() { #expect(abs(grey - Float(8 * (5 * i + 2))) <= 10) }
  }
}
