// ScratchTests.swift - tests leave nothing behind, killed or not.
import Foundation
import Testing

@testable import TestFolders

@Suite("folders of tests") struct ScratchTests {
  @Test("a folder goes with its owner, with all that is in it")
  func owner() throws {
    var scratch: Scratch? = try Scratch()
    let path = try #require(scratch?.path("file"))
    try Data([1]).write(to: URL(fileURLWithPath: path))
    scratch = nil
    #expect(!FileManager.default.fileExists(atPath: (path as NSString).deletingLastPathComponent))
  }

  @Test(
    "what a process left that ended without a chance to tidy up is removed; what another uses, and what is not ours, is not"
  )
  func sweep() throws {
    let scratch = try Scratch()
    let folder = scratch.url.path
    let (used, usedLock) = try Scratch.claim(in: folder)
    let (left, leftLock) = try Scratch.claim(in: folder)
    try Data([1]).write(to: URL(fileURLWithPath: left + "/file"))
    try FileManager.default.createDirectory(
      at: scratch.url.appendingPathComponent("else"), withIntermediateDirectories: false)
    // The system does this when a process ends.
    close(leftLock)
    // Not at once, where another test starts a program just now: its process holds the lock as well until it is that program.
    for _ in 0..<200 where FileManager.default.fileExists(atPath: left) {
      Scratch.sweep(folder)
      usleep(10_000)
    }
    let rest = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(Set(rest) == ["else", (used as NSString).lastPathComponent])
    close(usedLock)
  }

  @Test("no test makes temporary files of its own")
  func onlyHere() throws {
    let house = House(root: HouseTests.repository)
    let files = house.sources(below: "Tests").filter { !$0.hasPrefix("Tests/TestFolders/") && $0 != Self.ownPath }
    #expect(files.count > 50)
    for file in files {
      let text = try String(contentsOf: house.root.appending(path: file), encoding: .utf8)
      for name in ["temporaryDirectory", "NSTemporaryDirectory", "mkdtemp", "mkstemp"] {
        #expect(!text.contains(name), "\(file) uses \(name): take a Scratch of Tests/TestFolders")
      }
    }
  }

  /// This file has the words in it.
  private static let ownPath = "Tests/ArchitectureTests/ScratchTests.swift"
}
