// HostLogTests.swift - what reaches a person's terminal.

import Foundation
import TestFolders
import Testing

@testable import Host

@Suite("the log")
struct HostLogTests {
  @Test("a message is one line, and control characters in it are spelled out")
  func controls() throws {
    let path = try Scratch.lasting() + "/log"
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    HostLog(descriptor: file.fileDescriptor).say(.error, "a\nb \u{1b}[31m \u{7}\u{7f}\u{9b} gr\u{fc}n")
    #expect(
      try String(contentsOfFile: path, encoding: .utf8) == #"stylehost: a b \u{1B}[31m \u{07}\u{7F}\u{009B} gr\#u{fc}n"#
        + "\n")
  }
}
