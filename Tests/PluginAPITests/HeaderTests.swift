// The headers of the contract stand on their own, in both languages, without a warning.
import Foundation
import Testing

@Suite("The headers of the contract")
struct HeaderTests {
  static let headers =
    (try? FileManager.default.contentsOfDirectory(atPath: Compiler.include + "/stylehost"))?.filter {
      $0.hasSuffix(".h")
    }
    .sorted() ?? []

  static let warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I", Compiler.include]

  @Test("Each compiles alone as C11", arguments: headers)
  func c11(header: String) throws {
    try Compiler.withFolder { folder in
      let source = folder.appendingPathComponent("alone.c")
      try "#include \"stylehost/\(header)\"\n#include \"stylehost/\(header)\"\n".write(
        to: source, atomically: true, encoding: .utf8)
      let result = try Compiler.run(["cc", "-std=c11"] + Self.warnings + [source.path])
      #expect(result.status == 0, "\(result.output)")
    }
  }

  @Test("Each compiles alone as C++17", arguments: headers)
  func cpp17(header: String) throws {
    try Compiler.withFolder { folder in
      let source = folder.appendingPathComponent("alone.cpp")
      try "#include \"stylehost/\(header)\"\n#include \"stylehost/\(header)\"\n".write(
        to: source, atomically: true, encoding: .utf8)
      let result = try Compiler.run(["c++", "-std=c++17"] + Self.warnings + [source.path])
      #expect(result.status == 0, "\(result.output)")
    }
  }

  @Test("There are ten of them, they need only each other and <stdint.h>, and stylehost.h has them all")
  func includes() throws {
    #expect(Self.headers.count == 10)
    for header in Self.headers {
      let text = try String(contentsOfFile: "\(Compiler.include)/stylehost/\(header)", encoding: .utf8)
      for line in text.split(separator: "\n") where line.hasPrefix("#include") {
        let name = line.dropFirst("#include ".count)
        #expect(
          name == "<stdint.h>" || Self.headers.contains(name.trimmingCharacters(in: ["\""])), "\(header): \(line)")
      }
    }
    let all = try String(contentsOfFile: "\(Compiler.include)/stylehost/stylehost.h", encoding: .utf8)
    for header in Self.headers where header != "stylehost.h" { #expect(all.contains("#include \"\(header)\"")) }
  }
}
