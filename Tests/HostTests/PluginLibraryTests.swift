// PluginLibraryTests.swift - plugins good and bad, found, named and told apart.

import Foundation
import TestFolders
import Testing

@testable import Host

@Suite("finding plugins", .serialized)
struct PluginLibraryTests {
  private func library(
    _ folders: [PluginFolder], cache: String? = nil, limit: Duration = .seconds(2)
  ) throws -> PluginLibrary {
    PluginLibrary(
      folders: folders, executable: PluginFixture.executable, cacheFolder: try cache ?? Scratch.lasting(),
      scanLimit: limit)
  }

  @Test(
    "a broken plugin is named with its reason and harms nothing",
    arguments: [
      ("wrong-major", "version 99"), ("null-entry", "NULL"), ("crash-at-scan", "SIGSEGV"),
      ("hang-at-scan", "within 2 s"),
      ("no-entry", "stylehost_plugin_entry"),
    ])
  func brokenPlugins(name: String, reason: String) throws {
    let folder = try PluginFixture.folder([name, "mischief"])
    let listings = try library([PluginFolder(path: folder)]).listings()
    #expect(listings.count == 2)
    let broken = try #require(listings.first { $0.path.hasSuffix("\(name).so") })
    #expect(broken.status == .failed)
    #expect(broken.reason?.contains(reason) == true, "\(broken.reason ?? "no reason")")
    #expect(listings.contains { $0.id == "mischief" && $0.status == .ok })
  }

  @Test("the last words of a crash are part of the reason")
  func lastWords() throws {
    let folder = try PluginFixture.folder(["crash-at-scan"])
    #expect(try library([PluginFolder(path: folder)]).listings().first?.reason?.contains("last words") == true)
  }

  @Test("a library that is no plugin is not mentioned where libraries of others lie")
  func sharedFolder() throws {
    let folder = try PluginFixture.folder(["no-entry"])
    try FileManager.default.moveItem(atPath: folder + "/no-entry.so", toPath: folder + "/libno-entry.so")
    #expect(try library([PluginFolder(path: folder, isShared: true)]).listings().isEmpty)
  }

  @Test("the first of two with the same id wins, the other is told")
  func duplicates() throws {
    let (first, second) = (try PluginFixture.folder(["mischief"]), try PluginFixture.folder(["mischief"]))
    let listings = try library([PluginFolder(path: first), PluginFolder(path: second)]).listings()
    #expect(listings.map(\.status) == [.ok, .duplicate])
    #expect(listings[1].reason?.contains(first) == true)
  }

  @Test("a scan is remembered until the file changes, and a damaged memory is no memory")
  func cache() throws {
    let folder = try PluginFixture.folder(["mischief"])
    let cache = try Scratch.lasting() + "/not made yet"
    #expect(try library([PluginFolder(path: folder)], cache: cache).listings().first?.status == .ok)
    // A scanner that cannot run finds nothing: what is known comes from the memory. It must be the same program, though.
    let file = URL(fileURLWithPath: cache + "/plugins.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    try text.replacingOccurrences(of: "Mischief", with: "Remembered").write(to: file, atomically: true, encoding: .utf8)
    #expect(try library([PluginFolder(path: folder)], cache: cache).listings().first?.plugin?.name == "Remembered")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: folder + "/mischief.so")
    #expect(try library([PluginFolder(path: folder)], cache: cache).listings().first?.plugin?.name == "Mischief")
    try "not json".write(to: file, atomically: true, encoding: .utf8)
    #expect(try library([PluginFolder(path: folder)], cache: cache).listings().first?.status == .ok)
  }

  @Test(
    "parameters are checked against the plugin's own table",
    arguments: [
      ("does=fial", "did you mean 'fail'"), ("leve=1", "did you mean 'level'"), ("level=6", "outside -5...5"),
      ("level=1.5", "not a whole number"), ("level=nan", "not a whole number"),
    ])
  func parameters(text: String, reason: String) throws {
    let folder = try PluginFixture.folder(["mischief"])
    let plugin = try #require(try library([PluginFolder(path: folder)]).listing(id: "mischief")?.plugin)
    let spec = try StyleSpec(parsing: "mischief:" + text)
    let error = #expect(throws: HostError.self) {
      try ParameterValues(spec.assignments, for: plugin, StyleCatalogue(folders: []))
    }
    #expect(error?.kind == .usage)
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    let good = try ParameterValues(
      StyleSpec(parsing: "mischief:does=print").assignments, for: plugin, StyleCatalogue(folders: []))
    #expect(good.values == [.integer(3), .integer(1)])
  }

  @Test("an unknown name says what is near")
  func unknownName() throws {
    let folder = try PluginFixture.folder(["mischief"])
    let resolver = StyleResolver(try library([PluginFolder(path: folder)]), styleFolders: [])
    let error = #expect(throws: HostError.self) { try resolver.resolve(StyleSpec(name: "mischeif")) }
    #expect(error?.kind == .plugin)
    #expect(error?.description.contains("did you mean 'mischief'") == true)
  }

  @Test(
    "validation finds what is wrong and passes what is right",
    arguments: [
      ("nothing", nil), ("print", .stdout), ("nan", .sizes), ("spill", .sizes), ("count", .reset), ("leave", .reset),
      ("crash", .reset),
    ]
      as [(String, ValidationCase?)])
  func validation(does: String, culprit: ValidationCase?) throws {
    let folder = try PluginFixture.folder(["mischief"])
    let validation = Validation(
      path: folder + "/mischief.so", assignments: [StyleSpec.Assignment(key: "does", value: does)],
      executable: PluginFixture.executable)
    let failed = try validation.run().filter { $0.status == .failed && $0.test != .parameters }.map(\.test)
    if let culprit { #expect(failed.contains(culprit), "\(failed)") } else { #expect(failed.isEmpty, "\(failed)") }
  }
}
