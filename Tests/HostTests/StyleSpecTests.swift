// StyleSpecTests.swift - what people type after -s.

import Testing

@testable import Host

@Suite("a style as typed")
struct StyleSpecTests {
  static let files: Set<String> = ["/tmp/a:b.pth", "dir/m.safetensors", "wave.pth", "./glow", "a,b.pth"]

  private func parse(_ text: String) throws(HostError) -> StyleSpec {
    try StyleSpec(parsing: text) { StyleSpecTests.files.contains($0) }
  }

  @Test(
    "parses to a name and values",
    arguments: [
      ("johnson", "johnson", []),
      ("johnson:model=x.pth", "johnson", ["model=x.pth"]),
      ("glow:a=1,b=two", "glow", ["a=1", "b=two"]),
      ("glow:a=C:x:y", "glow", ["a=C:x:y"]),
      ("glow:a=one\\,two,b=", "glow", ["a=one,two", "b="]),
      ("glow:a=x=y", "glow", ["a=x=y"]),
      ("/tmp/a:b.pth", "/tmp/a:b.pth", []),
      ("/tmp/a:b.pth:s=1", "/tmp/a:b.pth", ["s=1"]),
      ("/tmp/a\\:b.pth:s=1", "/tmp/a:b.pth", ["s=1"]),
      ("a,b.pth", "a,b.pth", []),
      ("x\\:y:k=v", "x:y", ["k=v"]),
      ("back\\\\slash", "back\\slash", []),
    ] as [(String, String, [String])])
  func parses(text: String, name: String, values: [String]) throws {
    let spec = try parse(text)
    #expect(spec.name == name)
    #expect(spec.assignments.map { "\($0.key)=\($0.value)" } == values)
    #expect(try parse(spec.description) == spec)
  }

  @Test(
    "refuses with a sentence",
    arguments: ["", ":a=1", "glow:", "glow:a", "glow:=1", "glow:a=1,a=2", "glow:a=1,b", "glow\\", "glow:a=1,"])
  func refuses(text: String) {
    let error = #expect(throws: HostError.self) { try parse(text) }
    #expect(error?.kind == .usage)
    #expect(error?.description.contains("\n") == false)
  }

  @Test("the nearest word is suggested, a far one is not")
  func suggestions() {
    #expect(Suggestion.nearest(to: "saturatoin", among: ["contrast", "saturation"]) == "saturation")
    #expect(Suggestion.nearest(to: "modle", among: ["model"]) == "model")
    #expect(Suggestion.nearest(to: "starry", among: ["great-wave", "starry-night"]) == "starry-night")
    #expect(Suggestion.nearest(to: "xyz", among: ["saturation", "model"]) == nil)
  }
}

@Suite("the parts of a path")
struct PathTextTests {
  @Test(
    "are found in every path, however short",
    arguments: [
      ("x", "x", ".", "", "x"), ("/x", "x", "/", "", "x"), ("/a/b.c", "b.c", "/a", "c", "b"),
      ("a/.b", ".b", "a", "", ".b"),
      ("", "", ".", "", ""), ("/", "/", "/", "", "/"), ("a.tar.gz", "a.tar.gz", ".", "gz", "a.tar"),
    ])
  func parts(path: String, last: String, folder: String, ending: String, stem: String) {
    #expect(PathText.lastPart(path) == last)
    #expect(PathText.folder(path) == folder)
    #expect(PathText.ending(path) == ending)
    #expect(PathText.stem(path) == stem)
  }
}
