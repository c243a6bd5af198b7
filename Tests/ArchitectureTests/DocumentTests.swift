// DocumentTests.swift - what the documents point at is there, and the code they show is code that is built.
import Foundation
import Testing

@Suite struct DocumentTests {
  static let repository = HouseTests.repository

  /// Every Markdown file that is not a build product, relative to the repository.
  static let documents: [String] = {
    let walker = FileManager.default.enumerator(atPath: repository.path)
    let paths = (walker?.compactMap { $0 as? String }) ?? []
    return paths.filter { $0.hasSuffix(".md") && !$0.hasPrefix(".build") && !$0.contains("/.build") }.sorted()
  }()

  @Test("There are documents to check")
  func documentsAreFound() {
    #expect(Self.documents.contains("README.md"))
    #expect(Self.documents.count > 8)
  }

  @Test("Every relative link leads to a file", arguments: documents)
  func linksLead(document: String) throws {
    let url = Self.repository.appending(path: document)
    let text = try String(contentsOf: url, encoding: .utf8)
    for match in text.matches(of: /\]\(([^)#\s]+)(#[^)]*)?\)/) where !match.1.contains("://") {
      let target = url.deletingLastPathComponent().appending(path: String(match.1))
      #expect(FileManager.default.fileExists(atPath: target.path), "\(document) links to \(match.1)")
    }
  }

  @Test("The plugin in the README is the example that is built")
  func readmeShowsTheExample() throws {
    let readme = try String(contentsOf: Self.repository.appending(path: "README.md"), encoding: .utf8)
    let example = try String(
      contentsOf: Self.repository.appending(path: "examples/plugin-in-swift/Sources/fade/fade.swift"), encoding: .utf8)
    let block = try #require(
      readme.components(separatedBy: "```swift\n").dropFirst().first?.components(separatedBy: "```").first)
    #expect(Self.statements(block) == Self.statements(example))
  }

  /// The lines that are neither empty nor comments.
  private static func statements(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("//") }
  }
}
