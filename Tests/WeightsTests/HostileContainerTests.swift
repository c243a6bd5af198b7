// Containers that lie about where things are, and things that are no files at all.

import Foundation
import TestFolders
import Testing
import Weights

@Suite("Hostile containers")
struct HostileContainerTests {
  typealias Case = HostileSafetensorsTests.Case
  typealias P = ForgedPickle

  static let object = P.dictionary([("t", P.tensor(storage: P.storage(count: 4), shape: [4], strides: [1]))])
  static let pickle = P.program(object)

  static func zip(_ change: (inout ForgedZip) -> Void) -> [UInt8] {
    var zip = ForgedZip.torch(pickle)
    change(&zip)
    return zip.bytes
  }

  static let zips: [Case] = [
    Case("no directory", [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 100), says: "no zip directory"),
    Case("a signature and nothing else", [0x50, 0x4B, 3, 4], says: "no zip directory"),
    Case(
      "a compressed entry", zip { $0.entries[0].method = 8 }, .unsupported, says: "'archive/data.pkl' is compressed"),
    Case("an encrypted entry", zip { $0.entries[0].flags = 1 }, .unsupported, says: "is encrypted"),
    Case("an entry past the end", zip { $0.entries[1].offset = 0xFFFF_FF00 }, says: "past the end"),
    Case("an entry elsewhere", zip { $0.entries[1].offset = 5 }, says: "not where the directory says"),
    Case("an entry at another's place", zip { $0.entries[1].offset = 0 }, says: "another name where it lies"),
    Case("an entry longer than the file", zip { $0.entries[1].size = 0xFFFF_FF00 }, says: "promises 4294967040 bytes"),
    Case("a shorter storage", zip { $0.entries[1].size = 15 }, says: "should hold 4 elements"),
    Case("another name inside", zip { $0.entries[1].localName = "archive/data/1" }, says: "another name where it lies"),
    Case("the same name twice", zip { $0.entries.append($0.entries[1]) }, says: "names 'archive/data/0' twice"),
    Case("no data.pkl", zip { $0.entries.removeFirst() }, .unrecognised, says: "no data.pkl"),
    Case(
      "two data.pkl", zip { $0.entries.append(.init(name: "other/data.pkl", contents: pickle)) }, .unsupported,
      says: "2 files named data.pkl"),
    Case("a missing storage", zip { $0.entries.removeLast() }, says: "storage '0' is missing"),
    Case(
      "big-endian numbers", zip { $0.entries.append(.init(name: "archive/byteorder", contents: Array("big".utf8))) },
      .unsupported, says: "big-endian"),
    Case("more entries than there are", zip { $0.count = 60_000 }, says: "promises 60000 entries and lists 2"),
    Case("a directory past the end", zip { $0.directoryOffset = 0xFFFF_FF00 }, says: "outside the file"),
    Case("a directory of 4 GiB", zip { $0.directorySize = 0xFFFF_FF00 }, says: "outside the file"),
    Case("a directory elsewhere", zip { $0.directoryOffset = 1 }, says: "no entry"),
    Case("zip64 without its record", zip { $0.directorySize = .max }, says: "zip64 record is missing"),
    Case("a zip64 record elsewhere", zip64(at: .max), says: "outside the file"),
    Case("a zip64 record of nothing", zip64(at: 0), says: "zip64 record is missing"),
    Case(
      "a zip64 entry of 2^64 - 1 bytes", wideEntry([1, 0, 16, 0] + le(UInt64.max) + le(UInt64.max)),
      says: "promises 18446744073709551615"),
    Case("a zip64 field cut short", wideEntry([1, 0, 4, 0, 1, 2, 3, 4]), says: "its zip64 field ends too early"),
    Case("an extra field longer than itself", wideEntry([1, 0, 255, 255]), says: "ends too early"),
  ]

  static func zip64(at offset: UInt64) -> [UInt8] {
    zip {
      $0.directorySize = .max
      $0.beforeEnd = le(UInt32(0x0706_4B50)) + le(UInt32(0)) + le(offset) + le(UInt32(1))
    }
  }

  static func wideEntry(_ extra: [UInt8]) -> [UInt8] {
    zip {
      $0.entries[1].size = .max
      $0.entries[1].extra = extra
    }
  }

  static let legacies: [Case] = [
    Case("the magic number and nothing else", ForgedLegacy.magic, says: "ends too early"),
    Case("another version", ForgedLegacy.magic + P.program(P.int(1002)), .unsupported, says: "unknown version"),
    Case("a storage of 2^62 elements", legacy([le(Int64(1) << 62)]), says: "promises 4611686018427387904 elements"),
    Case("a storage of -1 elements", legacy([le(Int64(-1))]), says: "promises -1 elements"),
    Case(
      "a storage cut short", legacy([le(Int64(4)), [0, 0, 0]]), says: "promises 4 elements, but only 3 bytes follow"),
    Case(
      "a storage shorter than mentioned", legacy([le(Int64(3)), [UInt8](repeating: 0, count: 12)]),
      says: "should hold 4 elements"),
    Case(
      "a storage nobody mentions", ForgedLegacy.file(object, keys: ["0", "x"]),
      says: "nothing in it mentions its storage 'x'"),
    Case(
      "a storage listed twice", ForgedLegacy.file(object, keys: ["0", "0"], storages: [le(Int64(0)), le(Int64(0))]),
      says: "listed twice"),
    Case("no storages", ForgedLegacy.file(object, keys: [], storages: []), says: "storage '0' is missing"),
    Case("a part outside its storage", part(first: 3, count: 2), says: "not in its storage"),
    Case("a part of 2^63 - 1 elements", part(first: 1, count: .max), says: "not in its storage"),
  ]

  static func legacy(_ storages: [[UInt8]]) -> [UInt8] { ForgedLegacy.file(object, storages: storages) }

  static func part(first: Int, count: Int) -> [UInt8] {
    let storage = P.storage(count: 4, extra: [P.tuple([P.text("v"), P.int(first), P.int(count)])])
    return ForgedLegacy.file(P.dictionary([("t", P.tensor(storage: storage, shape: [1], strides: [1]))]))
  }

  static let strangers: [Case] = [
    Case("nothing", [], says: "the file is empty"),
    Case("one byte", [0x7B], .unrecognised, says: "format is not known"),
    Case("a web page", Array("\n<!DOCTYPE html><html>".utf8), .unrecognised, says: "web page"),
    Case(
      "a Git LFS pointer", Array("version https://git-lfs.github.com/spec/v1\n".utf8), .unrecognised,
      says: "git lfs pull"),
    Case("a plain pickle", [0x80, 4, 0x4E, 0x2E], .unrecognised, says: "not one torch.save writes"),
    Case(
      "noise", (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }, .unrecognised, says: "format is not known"
    ),
  ]

  @Test("a lie gives one line that names it", arguments: zips + legacies + strangers)
  func refused(hostile: Case) throws { try expectComplaint(hostile) }

  @Test("a genuine zip64 archive is read")
  func zip64IsRead() throws {
    var zip = ForgedZip.torch(Self.pickle)
    let plain = zip.bytes
    // All fields of the end record and of one entry moved into their 64-bit forms.
    let directoryOffset = UInt64(plain.count - 22 - 2 * 46 - "archive/data.pkl".count - "archive/data/0".count)
    zip.entries[1].size = .max
    zip.entries[1].extra = [1, 0, 16, 0] + le(UInt64(16)) + le(UInt64(16))
    let directorySize = UInt64(plain.count - 22) - directoryOffset + 20
    zip.beforeEnd =
      le(UInt32(0x0606_4B50)) + le(UInt64(44)) + [UInt8](repeating: 0, count: 12) + le(UInt64(2)) + le(UInt64(2))
      + le(directorySize) + le(directoryOffset) + le(UInt32(0x0706_4B50)) + le(UInt32(0))
      + le(directoryOffset + directorySize) + le(UInt32(1))
    (zip.count, zip.directorySize, zip.directoryOffset) = (.max, .max, .max)
    #expect(try Scratch().open(zip.bytes).tensors.map(\.name) == ["t"])
  }

  @Test(
    "cutting a PyTorch file anywhere is noticed",
    arguments: ["views_zip.pth", "views_legacy.pth", "python2_legacy.pth"])
  func truncated(name: String) throws {
    let scratch = try Scratch()
    let whole = try Fixtures.bytes(name)
    for length in whole.indices {
      let error = try #require(try scratch.complaint(Array(whole[..<length])), "\(length) bytes were accepted")
      #expect(error.isOneLine)
    }
  }

  @Test("what is no file gives an error at once")
  func noFiles() throws {
    let scratch = try Scratch()
    let pipe = scratch.path("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let expected = [
      (scratch.path("absent.pth"), "there is no such file"), (scratch.url.path, "it is a folder"),
      (pipe, "it is a pipe"),
      ("/dev/zero", "a device"), ("/dev/null", "a device"), ("", "there is no such file"),
      ("/proc/self/maps", "the file is empty"),
      ("a\u{0}b", "NUL"),
    ]
    for (path, says) in expected {
      let error = #expect(throws: WeightsError.self) { try WeightFile.open(path: path) }
      #expect(error?.description.contains(says) == true, "\(String(describing: error))")
      #expect(error?.isOneLine == true)
    }
  }

  // The superuser may read everything.
  @Test("a file that may not be read says so", .enabled(if: geteuid() != 0))
  func unreadable() throws {
    let scratch = try Scratch()
    _ = try? scratch.open([1])
    chmod(scratch.path("file.pth"), 0)
    let error = #expect(throws: WeightsError.self) { try WeightFile.open(path: scratch.path("file.pth")) }
    #expect(error?.description.contains("permission denied") == true)
  }
}
