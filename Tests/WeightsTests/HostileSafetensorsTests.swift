// Safetensors files that lie, and what is said about each.

import Foundation
import TestFolders
import Testing
import Weights

@Suite("Hostile safetensors")
struct HostileSafetensorsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var bytes: [UInt8]
    var kind: WeightsError.Kind
    /// Part of the error.
    var says: String

    init(_ description: String, _ bytes: [UInt8], _ kind: WeightsError.Kind = .damaged, says: String) {
      (testDescription, self.bytes, self.kind, self.says) = (description, bytes, kind, says)
    }
  }

  typealias Forged = ForgedSafetensors
  static let four = [UInt8](repeating: 0, count: 4)

  static func one(_ tensor: String, data: [UInt8] = four) -> [UInt8] { Forged.file("{\"t\":\(tensor)}", data: data) }

  static let lengths: [Case] = [
    Case("a header of 2^60 bytes", Forged.file("{}", length: 1 << 60), says: "promises 1152921504606846976 bytes"),
    Case("a header of 2^64 - 1 bytes", Forged.file("{}", length: .max), says: "but only 2 follow"),
    Case("a header one byte longer than the file", Forged.file("{}", length: 3), says: "but only 2 follow"),
    Case("no header", Forged.file("{}", length: 0), says: "lacks a '{'"),
    Case("half a header", Forged.file("{\"t\":{\"dtype\":\"F32\"", length: nil), says: "lacks a '}'"),
    Case("two headers", Forged.file("{}{}"), says: "goes on after its end"),
    Case("data nobody owns", Forged.file("{}", data: four), says: "end at byte 0 of 4"),
  ]

  static let tensors: [Case] = [
    Case(
      "offsets past the end", one(Forged.tensor(shape: "[2]", offsets: "[0,8]")),
      says: "tensor 't' lies at bytes 0 to 8"),
    Case("offsets backwards", one(Forged.tensor(offsets: "[4,0]")), says: "should begin at 0"),
    Case(
      "a hole before the first tensor", one(Forged.tensor(shape: "[0]", offsets: "[4,4]")), says: "should begin at 0"),
    Case(
      "overlapping tensors",
      Forged.file("{\"a\":\(Forged.tensor()),\"b\":\(Forged.tensor(shape: "[0]", offsets: "[2,2]"))}", data: four),
      says: "should begin at 4"),
    Case("offsets of 2^63", one(Forged.tensor(offsets: "[0,9223372036854775808]")), says: "too large"),
    Case("negative offsets", one(Forged.tensor(offsets: "[-4,0]")), says: "where a whole number belongs"),
    Case("three offsets", one(Forged.tensor(offsets: "[0,4,8]")), says: "more than 2 numbers"),
    Case("one offset", one(Forged.tensor(offsets: "[0]")), says: "needs two data_offsets"),
    Case("a shape that does not fill the bytes", one(Forged.tensor("F16")), says: "does not fill its 4 bytes"),
    Case("a shape larger than the bytes", one(Forged.tensor(shape: "[2]")), says: "past the end of its 4 bytes"),
    Case(
      "a shape that overflows", one(Forged.tensor(shape: "[4294967296,4294967296,16]")),
      says: "more than the file can hold"),
    Case(
      "a huge shape without elements", one(Forged.tensor(shape: "[0,4611686018427387904]", offsets: "[0,0]"), data: []),
      says: "more than the file can hold"),
    Case("negative extents", one(Forged.tensor(shape: "[-1]")), says: "where a whole number belongs"),
    Case("fractional extents", one(Forged.tensor(shape: "[1.5]")), says: "where a whole number belongs"),
    Case(
      "a hundred dimensions", one(Forged.tensor(shape: "[\(String(repeating: "1,", count: 99))1]")),
      says: "more than 64"),
    Case(
      "an unknown type", one(Forged.tensor("F8_E4M3")), .unsupported, says: "type 'F8_E4M3', which is not supported"),
    Case("a missing field", Forged.file("{\"t\":{\"dtype\":\"F32\"}}"), says: "lacks its dtype, shape or data_offsets"),
    Case("a tensor that is a number", Forged.file("{\"t\":1}"), says: "lacks a '{'"),
    Case(
      "a name twice", Forged.file("{\"t\":\(Forged.tensor()),\"t\":\(Forged.tensor())}", data: four),
      says: "names 't' twice"),
    Case("a field twice", one("{\"dtype\":\"F32\",\"dtype\":\"F16\"}"), says: "two fields 'dtype'"),
  ]

  static let json: [Case] = [
    Case(
      "arrays nested a million deep", one("{\"x\":\(String(repeating: "[", count: 1_000_000))}"),
      says: "nested too deeply"),
    Case(
      "objects nested a million deep", one("{\"x\":\(String(repeating: "{\"a\":", count: 200_000))}"),
      says: "nested too deeply"),
    Case("objects as the metadata", Forged.file("{\"__metadata__\":{\"a\":{}}}"), says: "lacks a '\"'"),
    Case(
      "metadata twice", Forged.file("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}"), says: "metadata names 'a' twice"),
    Case("a text without an end", Forged.file("{\"t"), says: "ends inside a text"),
    Case("half a surrogate pair", Forged.file("{\"\\ud800\":1}"), says: "surrogate"),
    Case("bytes that are no UTF-8", le(UInt64(4)) + Array("{\"".utf8) + [0xFF, 0x22], says: "not UTF-8"),
    Case("a bad escape", Forged.file("{\"\\x\":1}"), says: "unknown escape"),
    Case(
      "a name that would break the line", Forged.file("{\"a\\nb\\u001b[31m\":\(Forged.tensor("X"))}"), .unsupported,
      says: "'a\\u{a}b\\u{1b}[31m'"),
  ]

  @Test("a lie gives one line that names it", arguments: lengths + tensors + json)
  func refused(hostile: Case) throws { try expectComplaint(hostile) }

  @Test("cutting a file anywhere is noticed")
  func truncated() throws {
    let scratch = try Scratch()
    let whole = try Fixtures.bytes("types.safetensors")
    for length in whole.indices {
      let error = try #require(try scratch.complaint(Array(whole[..<length])), "\(length) bytes were accepted")
      #expect(error.isOneLine)
    }
  }
}

/// Opens the bytes and compares what is said about them.
func expectComplaint(_ hostile: HostileSafetensorsTests.Case) throws {
  let scratch = try Scratch()
  let error = try #require(try scratch.complaint(hostile.bytes), "it was accepted")
  #expect(error.kind == hostile.kind, "\(error)")
  #expect(error.description.contains(hostile.says), "\(error)")
  #expect(error.description.hasPrefix("cannot load \(scratch.path("file.pth")): "))
  #expect(error.isOneLine)
}

extension WeightsError {
  /// One line, printable, not too long, and with a word about what to do.
  var isOneLine: Bool {
    let text = description
    return text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } && text.utf8.count < 700
      && reason.contains(": ")
  }
}
