// HouseTests.swift - the never-arrows hold, and the reader that says so does find a broken one.
import Foundation
import TestFolders
import Testing

@Suite struct HouseTests {
  /// The repository this test file lies in.
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test("No room imports what is above it or beside it")
  func noNeverArrows() {
    #expect(House(root: Self.repository).violations() == [])
  }

  @Test("Library code neither ends the process nor prints")
  func noRoughSpots() {
    #expect(House(root: Self.repository).roughSpots() == [])
  }

  @Test("Every room of the table that exists has sources, so that the reader cannot pass by reading nothing")
  func readerSeesTheRooms() {
    let house = House(root: Self.repository)
    let built = House.rooms.filter { $0.name != "Training" }
    for room in built { #expect(!house.sources(below: room.folder).isEmpty, "\(room.name) has no sources") }
  }

  @Test(
    "A broken arrow is found",
    arguments: [
      ("Sources/Video/A.swift", "import Graph", "Video must not import Graph"),
      ("Sources/Graph/A.swift", "public import Video", "Graph must not import Video"),
      ("Sources/Host/A.swift", "@testable import Networks", "Host must not import Networks"),
      ("Sources/Host/A.swift", "import johnson", "Host must not import johnson"),
      ("Sources/Networks/A.swift", "internal import Kernels", "Networks must not import Kernels"),
      ("Sources/PluginKit/A.swift", "import struct Graph.Plan", "PluginKit must not import Graph"),
      ("Sources/Weights/A.swift", "import Graph", "Weights must not import Graph"),
      ("Sources/Host/A.swift", "import CFFmpeg", "Host must not import CFFmpeg"),
      ("Sources/Graph/A.swift", "import COpenBLAS", "Graph must not import COpenBLAS"),
      ("Sources/Kernels/a.c", "#include <libavutil/mem.h>", "Kernels must not import CFFmpeg"),
      ("Sources/Kernels/a.c", "#include <pthread.h>", "Kernels must not include <pthread.h>"),
      ("Sources/Kernels/a.c", "#include <stdlib.h>", "Kernels must not include <stdlib.h>"),
      ("Sources/PluginAPI/include/a.h", "#include <stdio.h>", "nothing but <stdint.h>"),
      ("Plugins/other/A.swift", "import johnson", "Plugins must not import johnson"),
      ("Plugins/johnson/A.swift", "import Host", "Plugins must not import Host"),
      ("Sources/Graph/A.swift", "let h = dlopen(path, 1)", "dlopen is written in one file of Host"),
    ])
  func brokenArrowIsFound(path: String, line: String, sentence: String) throws {
    let house = try fixture([path: line, "Plugins/johnson/Plugin.swift": "import PluginKit"])
    let violations = house.violations()
    #expect(violations.contains { $0.contains(sentence) }, "found only \(violations)")
  }

  @Test(
    "An arrow that may be is left alone",
    arguments: [
      ("Sources/Host/A.swift", "import Video"),
      ("Sources/Video/A.swift", "import CFFmpeg"),
      ("Sources/Video/A.swift", "// import Graph would be wrong here"),
      ("Sources/Host/A.swift", "let template = \"\"\"\nimport PluginKit\n\"\"\""),
      ("Sources/Kernels/a.c", "#include <stylehost/kernels.h>"),
      ("Sources/Host/A.swift", "let library = dlopen(path, RTLD_NOW)"),
    ])
  func goodArrowPasses(path: String, line: String) throws {
    let house = try fixture([path: line])
    #expect(house.violations() == [])
  }

  @Test(
    "A rough spot is found",
    arguments: ["let a = try! f()", "fatalError(\"no\")", "  print(x)", "exit(3)", "let b = c as! D"])
  func roughSpotIsFound(line: String) throws {
    let house = try fixture(["Sources/Host/A.swift": line])
    #expect(house.roughSpots().count == 1)
  }

  private func fixture(_ files: [String: String]) throws -> House {
    let root = URL(fileURLWithPath: try Scratch.lasting())
    for (path, text) in files {
      let url = root.appending(path: path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    return House(root: root)
  }
}
