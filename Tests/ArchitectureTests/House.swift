// House.swift - the rooms of stylehost, what each may import, and a reader that finds arrows that must never be.
import Foundation

/// The house as its source text draws it: every import and include, held against the table of what a room may import.
struct House {
  /// A room: where its sources lie and which other rooms (and foreign module maps) it may import.
  struct Room {
    var name: String
    var folder: String
    var mayImport: Set<String>
  }

  /// From the table of rooms and floors. `Plugins/*` share one row; a plugin never imports another.
  static let rooms: [Room] = [
    Room(name: "PluginAPI", folder: "Sources/PluginAPI", mayImport: []),
    Room(name: "Kernels", folder: "Sources/Kernels", mayImport: ["PluginAPI", "COpenBLAS"]),
    Room(name: "Weights", folder: "Sources/Weights", mayImport: ["PluginAPI"]),
    Room(name: "Optimisers", folder: "Sources/Optimisers", mayImport: []),
    Room(name: "Video", folder: "Sources/Video", mayImport: ["CFFmpeg"]),
    Room(name: "Graph", folder: "Sources/Graph", mayImport: ["PluginAPI", "Kernels"]),
    Room(name: "PluginKit", folder: "Sources/PluginKit", mayImport: ["PluginAPI"]),
    Room(name: "Networks", folder: "Sources/Networks", mayImport: ["PluginKit", "Optimisers"]),
    Room(name: "Host", folder: "Sources/Host", mayImport: ["PluginAPI", "Graph", "Kernels", "Weights", "Video"]),
    Room(
      name: "Training", folder: "Sources/Training",
      mayImport: ["PluginAPI", "PluginKit", "Networks", "Optimisers", "Graph", "Weights", "Video"]),
    Room(name: "stylehost", folder: "Sources/stylehost", mayImport: ["Host", "Training", "Weights", "Video", "Graph"]),
    Room(name: "Plugins", folder: "Plugins", mayImport: ["PluginKit", "Networks", "Optimisers", "PluginAPI"]),
  ]

  /// Every name that an arrow can point at: the rooms, the module maps, and each plugin's own module.
  static func ours(in root: URL) -> Set<String> {
    let plugins = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Plugins").path)) ?? []
    return Set(rooms.map(\.name)).union(["CFFmpeg", "COpenBLAS"]).union(plugins)
  }

  /// C headers that stand for a foreign library or for something kernels must not touch.
  static let foreignHeaders: [(prefix: String, name: String)] = [
    ("libav", "CFFmpeg"), ("libsw", "CFFmpeg"), ("cblas", "COpenBLAS"), ("openblas", "COpenBLAS"),
  ]

  /// What C kernels may include of the standard library: nothing that has to do with files, threads, allocation or logging.
  static let kernelHeaders: Set<String> = [
    "stdint.h", "stddef.h", "stdbool.h", "float.h", "math.h", "limits.h", "string.h", "immintrin.h", "cpuid.h",
    "cblas.h",
    "openblas.h", "arm_neon.h",
  ]

  let root: URL

  /// One sentence for every arrow that must not be, in the order of the files.
  func violations() -> [String] {
    let ours = Self.ours(in: root)
    var found: [String] = []
    var dlopenFiles: [String] = []
    for room in Self.rooms {
      let files = sources(below: room.folder)
      let ownHeaders = Set(
        files.filter { $0.hasSuffix(".h") }.compactMap { $0.split(separator: "/").last.map(String.init) })
      for file in files {
        let text = (try? String(contentsOf: root.appending(path: file), encoding: .utf8)) ?? ""
        for line in Self.withoutTextBlocks(text).split(separator: "\n", omittingEmptySubsequences: true) {
          guard let name = Self.imported(by: String(line)) else { continue }
          let target = Self.foreignHeaders.first { name.hasPrefix($0.prefix) }?.name ?? name
          if ours.contains(target), target != room.name, !room.mayImport.contains(target) {
            found.append("\(file): \(room.name) must not import \(target)")
          }
          if room.name == "Kernels", name.hasSuffix(".h"), !name.contains("/"), !ownHeaders.contains(name),
            !Self.kernelHeaders.contains(name)
          {
            found.append(
              "\(file): Kernels must not include <\(name)>: kernels touch no files, threads, allocation or logs")
          }
          if room.name == "PluginAPI", file.hasSuffix(".h"), name.hasSuffix(".h"), name != "stdint.h",
            !ownHeaders.contains(name)
          {
            found.append("\(file): the contract needs nothing but <stdint.h>, not <\(name)>")
          }
        }
        if Self.code(of: text).contains("dlopen(") { dlopenFiles.append(file) }
      }
    }
    if dlopenFiles.count > 1 || dlopenFiles.contains(where: { !$0.hasPrefix("Sources/Host/") }) {
      found.append("dlopen is written in one file of Host, not in \(dlopenFiles.joined(separator: ", "))")
    }
    return found
  }

  /// One sentence for each construct that library code must not hold, because bad input would end the process or because
  /// words would land in the video stream.
  func roughSpots() -> [String] {
    let banned = ["fatalError(", "try!", " as! ", "preconditionFailure(", "print(", "exit("]
    var found: [String] = []
    for room in Self.rooms where room.name != "stylehost" {
      for file in sources(below: room.folder) where file.hasSuffix(".swift") {
        let text = (try? String(contentsOf: root.appending(path: file), encoding: .utf8)) ?? ""
        for (number, line) in Self.code(of: text).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        {
          for word in banned where Self.has(word, in: String(line)) {
            found.append("\(file):\(number + 1): \(word) in library code")
          }
        }
      }
    }
    return found
  }

  /// Paths below `folder`, relative to the root, of Swift and C sources, sorted.
  func sources(below folder: String) -> [String] {
    let base = root.appending(path: folder)
    guard let walker = FileManager.default.enumerator(atPath: base.path) else { return [] }
    return walker.compactMap { $0 as? String }
      .filter { path in !path.contains(".build") && [".swift", ".c", ".h"].contains { path.hasSuffix($0) } }
      .map { "\(folder)/\($0)" }.sorted()
  }

  /// The module or header that a line brings in, or nil. Understands attributes and access levels before `import`, the kind
  /// after it (`import struct A.B`), submodules, and `#include` in both spellings.
  static func imported(by line: String) -> String? {
    guard line.contains("import ") || line.contains("include") else { return nil }
    let line = line.trimmingCharacters(in: .whitespaces)
    if let match = line.firstMatch(of: /^#\s*include\s*[<"]([^>"]+)[>"]/) { return header(String(match.1)) }
    let pattern =
      /^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(\w+)/
    return line.firstMatch(of: pattern).map { String($0.1) }
  }

  /// `stylehost/graph.h` is the contract's; other paths stand for themselves.
  private static func header(_ path: String) -> String {
    path.hasPrefix("stylehost/") ? "PluginAPI" : path
  }

  /// The text without the contents of its multi-line string literals: a template's imports are not the file's.
  static func withoutTextBlocks(_ text: String) -> String {
    text.components(separatedBy: "\"\"\"").enumerated().map { $0.offset.isMultiple(of: 2) ? $0.element : "" }.joined()
  }

  /// The text without comments and string literals, so that words about code are not taken for code.
  static func code(of text: String) -> String {
    withoutTextBlocks(text).split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = String(line)
      line = line.replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"")
      if let comment = line.range(of: "//") { line = String(line[..<comment.lowerBound]) }
      return line
    }.joined(separator: "\n")
  }

  private static func has(_ word: String, in line: String) -> Bool {
    guard let range = line.range(of: word) else { return false }
    guard word.first?.isLetter == true, range.lowerBound > line.startIndex else { return true }
    let before = line[line.index(before: range.lowerBound)]
    return !(before.isLetter || before.isNumber || before == "_" || before == ".")
  }
}
