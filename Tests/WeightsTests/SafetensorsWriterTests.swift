// What is written can be read, byte for byte, and is written whole or not at all.

import Foundation
import TestFolders
import Testing
import Weights

@Suite("Writing safetensors")
struct SafetensorsWriterTests {
  @Test("every tensor comes back with its type, shape and bytes", arguments: FixtureTests.files)
  func roundTrip(name: String) throws {
    let scratch = try Scratch()
    let source = try WeightFile.open(path: Fixtures.path(name))
    let path = scratch.path("out.safetensors")
    try SafetensorsWriter.write(source.tensors, metadata: source.metadata, to: path)
    let copy = try WeightFile.open(path: path)
    #expect(copy.format == .safetensors)
    #expect(copy.metadata == source.metadata)
    #expect(Set(copy.tensors.map(\.name)) == Set(source.tensors.map(\.name)))
    for tensor in source.tensors {
      let read = try #require(copy.tensor(named: tensor.name))
      #expect(read.elementType == tensor.elementType)
      #expect(read.shape == tensor.shape)
      #expect(read.isContiguous)
      #expect(read.contiguousBytes() == tensor.contiguousBytes())
      if let address = read.bytes.baseAddress, read.elementCount > 0 {
        #expect(Int(bitPattern: address) % read.elementType.byteCount == 0, "\(tensor.name) is not aligned")
      }
    }
  }

  @Test("the same tensors give the same bytes in any order")
  func deterministic() throws {
    let scratch = try Scratch()
    let source = try WeightFile.open(path: Fixtures.path("checkpoint_zip.pth"))
    try SafetensorsWriter.write(source.tensors, metadata: ["b": "1", "a": "2"], to: scratch.path("one"))
    try SafetensorsWriter.write(source.tensors.reversed(), metadata: ["a": "2", "b": "1"], to: scratch.path("two"))
    let one = try Data(contentsOf: scratch.url.appending(path: "one"))
    #expect(try one == Data(contentsOf: scratch.url.appending(path: "two")))
    let length = one.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0)
    try SafetensorsWriter.write(
      WeightFile.open(path: scratch.path("one")).tensors, metadata: ["a": "2", "b": "1"], to: scratch.path("three"))
    #expect(try one == Data(contentsOf: scratch.url.appending(path: "three")))
  }

  @Test("names and metadata may hold any character")
  func escapes() throws {
    let scratch = try Scratch()
    let text = "a\"b\\c\n\t\u{0}\u{1F}\u{6CE2}\u{1F30A}/"
    let tensor = try NamedTensor(name: text, shape: [], floats: [1])
    try SafetensorsWriter.write([tensor], metadata: [text: text], to: scratch.path("out"))
    let file = try WeightFile.open(path: scratch.path("out"))
    #expect(file.tensors.map(\.name) == [text])
    #expect(file.metadata == [text: text])
  }

  @Test("a file can be replaced while its own tensors are being written")
  func overwritesItself() throws {
    let scratch = try Scratch()
    let file = try scratch.open(try Fixtures.bytes("views_zip.pth"))
    let before = try file.tensor(named: "transposed")?.floats()
    try SafetensorsWriter.write(file.tensors, to: file.path)
    #expect(try file.tensor(named: "transposed")?.floats() == before)
    let after = try WeightFile.open(path: file.path)
    #expect(after.format == .safetensors)
    #expect(try after.tensor(named: "transposed")?.floats() == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path) == ["file.pth"])
  }

  @Test("a link stays a link, and the file behind it is replaced")
  func followsLinks() throws {
    let scratch = try Scratch()
    _ = try scratch.open(try Fixtures.bytes("alone_zip.pth"), name: "real")
    try FileManager.default.createSymbolicLink(atPath: scratch.path("link"), withDestinationPath: "real")
    try SafetensorsWriter.write([], to: scratch.path("link"))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path("link")) == "real")
    #expect(try WeightFile.open(path: scratch.path("real")).format == .safetensors)
  }

  @Test("what cannot be written gives one line and leaves nothing behind")
  func unwritable() throws {
    let scratch = try Scratch()
    let tensor = try NamedTensor(name: "t", shape: [1], floats: [1])
    let expected = [
      ("/dev/full", "no regular file"), (scratch.url.path, "no regular file"),
      (scratch.path("absent/x"), "No such file"),
      ("", "No such file"),
    ]
    for (path, says) in expected {
      let error = #expect(throws: WeightsError.self) { try SafetensorsWriter.write([tensor], to: path) }
      #expect(error?.kind == .unwritable)
      #expect(error?.description.hasPrefix("cannot write ") == true)
      #expect(error?.description.contains(says) == true, "\(String(describing: error))")
      #expect(error?.isOneLine == true)
    }
    for name in ["t", "__metadata__"] {
      let twin = tensor.renamed(name)
      #expect(throws: WeightsError.self) { try SafetensorsWriter.write([tensor, twin], to: scratch.path("x")) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path).isEmpty)
  }

  @Test("numbers must fill the shape")
  func shapes() throws {
    for shape in [[2], [], [-1], [0], [.max, .max], [1 << 62, 4]] {
      let error = #expect(throws: WeightsError.self) { try NamedTensor(name: "t", shape: shape, floats: [1, 2, 3]) }
      #expect(error?.kind == .mismatched)
    }
    #expect(try NamedTensor(name: "t", shape: [0, 5], floats: []).floats() == [])
    #expect(throws: WeightsError.self) {
      try NamedTensor(name: "t", elementType: .float32, shape: [1], contents: [1, 2, 3, 4, 5])
    }
  }
}
