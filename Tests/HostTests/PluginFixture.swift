// PluginFixture.swift - builds the C plugins of Fixtures/ with cc, each once.

import Foundation
import TestFolders

/// A folder with fixture plugins, built on demand.
enum PluginFixture {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  /// `stylehost`, which lies beside the test bundle.
  static let executable: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let beside = (own as NSString).deletingLastPathComponent + "/stylehost"
    let built = (CommandLine.arguments.first { $0.contains(".xctest") } ?? "") as NSString
    return FileManager.default.isExecutableFile(atPath: beside)
      ? beside : (built.deletingLastPathComponent as String) + "/stylehost"
  }()

  struct BuildFailure: Error {}

  /// A fresh folder that holds these fixtures as NAME.so.
  ///
  /// - Parameter flags: for the compiler, with spaces between them.
  static func folder(_ names: [String], flags: String = "-DFLAGS=0") throws -> String {
    let folder = try Scratch.lasting()
    for name in names { try build(name, flags, into: URL(fileURLWithPath: folder)) }
    return folder
  }

  private static func build(_ name: String, _ flags: String, into folder: URL) throws {
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = [
      "cc", "-std=gnu11", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", "-I",
      root.appendingPathComponent("Sources/PluginAPI/include").path,
      root.appendingPathComponent("Tests/HostTests/Fixtures/\(name).c").path, "-o",
      folder.appendingPathComponent("\(name).so").path,
    ]
    compiler.arguments? += flags.split(separator: " ").map(String.init)
    try compiler.run()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else { throw BuildFailure() }
  }
}
