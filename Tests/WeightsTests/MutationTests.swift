// Thousands of damaged copies of good files: each loads or gives one line, and nothing crashes.

import Foundation
import TestFolders
import Testing
import Weights

@Suite("Mutations")
struct MutationTests {
  /// SplitMix64, so that a failure can be repeated. https://prng.di.unimi.it/splitmix64.c
  struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }
  }

  static let isLong = ProcessInfo.processInfo.environment["STYLEHOST_LONG_TESTS"] == "1"

  /// Numbers that break careless arithmetic.
  static let awkward: [UInt64] = [
    0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF,
    0x8000_0000_0000_0000, .max,
  ]

  static func mutate(_ bytes: inout [UInt8], _ dice: inout Dice) {
    for _ in 0..<Int.random(in: 1...4, using: &dice) where !bytes.isEmpty {
      let position = Int.random(in: bytes.indices, using: &dice)
      switch Int.random(in: 0..<7, using: &dice) {
      case 0: bytes.removeSubrange(position...)
      case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
      case 2: bytes[position] = UInt8.random(in: 0...255, using: &dice)
      case 3:
        let number = le(awkward.randomElement(using: &dice) ?? 0).prefix([1, 2, 4, 8].randomElement(using: &dice) ?? 8)
        for (offset, byte) in number.enumerated() where position + offset < bytes.count {
          bytes[position + offset] = byte
        }
      case 4: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 1...16, using: &dice)))
      case 5:
        let length = Int.random(in: 1...64, using: &dice)
        bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + length)], at: position)
      default: bytes.swapAt(position, Int.random(in: bytes.indices, using: &dice))
      }
    }
  }

  /// - Returns: whether it loaded.
  private static func digest(_ bytes: [UInt8], in scratch: Scratch) throws -> Bool {
    do {
      let file = try scratch.open(bytes)
      for tensor in file.tensors {
        #expect(tensor.contiguousBytes().count == tensor.elementCount * tensor.elementType.byteCount)
        if tensor.elementType.isFloatingPoint { #expect(try tensor.floats().count == tensor.elementCount) }
      }
      return true
    } catch let error as WeightsError {
      #expect(error.isOneLine, "\(error)")
      return false
    }
  }

  // STYLEHOST_LONG_TESTS=1 tries fifty times as many.
  @Test(
    "a damaged copy loads or gives one line",
    arguments: FixtureTests.files + ["evil_legacy.pth", "whole_module_zip.pth"] + ONNXTests.files + Torch7Tests.files)
  func mutations(name: String) throws {
    let scratch = try Scratch()
    let original = try Fixtures.bytes(name)
    var dice = Dice(state: UInt64(original.count))
    let rounds = Self.isLong ? 10_000 : 200
    var loaded = 0
    for round in 0..<rounds {
      var bytes = original
      Self.mutate(&bytes, &dice)
      if try Self.digest(bytes, in: scratch) { loaded += 1 }
      if round % 16 == 0, bytes.count > 8 {
        // Two damaged files in one.
        let other = try Fixtures.bytes(FixtureTests.files.randomElement(using: &dice) ?? name)
        _ = try Self.digest(Array(bytes.prefix(bytes.count / 2)) + other.suffix(other.count / 2), in: scratch)
      }
    }
    // If nothing were refused, or nothing were left intact, the mutations would test little.
    #expect(loaded < rounds)
  }

  @Test("a pickle of any opcodes in any order ends in one line")
  func randomOpcodes() throws {
    let scratch = try Scratch()
    var dice = Dice(state: 1)
    let words: [[UInt8]] =
      [
        0x28, 0x29, 0x30, 0x31, 0x32, 0x4E, 0x51, 0x52, 0x5D, 0x61, 0x62, 0x64, 0x65, 0x6C, 0x73, 0x74, 0x75, 0x7D,
        0x85, 0x86, 0x87, 0x88,
      ].map { [$0] }
      + [
        ForgedPickle.op("q") + [0], ForgedPickle.op("h") + [0], ForgedPickle.op("q") + [1], ForgedPickle.op("h") + [1],
      ]
      + [
        ForgedPickle.text("storage"), ForgedPickle.text("0"), ForgedPickle.int(1), ForgedPickle.int(.max),
        ForgedPickle.storage(count: 4),
      ]
      + [ForgedPickle.global("collections", "OrderedDict"), ForgedPickle.global("torch._utils", "_rebuild_tensor_v2")]
      + [
        ForgedPickle.global("torch", "Size"), ForgedPickle.global("collections", "defaultdict"),
        ForgedPickle.global("builtins", "set"),
      ]
      + [ForgedPickle.tensor(storage: ForgedPickle.storage(count: 4), shape: [2, 2], strides: [1, 2])]
    for _ in 0..<(Self.isLong ? 200_000 : 2000) {
      let program = (0..<Int.random(in: 1...30, using: &dice)).flatMap { _ in words.randomElement(using: &dice) ?? [] }
      _ = try Self.digest(ForgedZip.torch(ForgedPickle.program(program)).bytes, in: scratch)
    }
  }
}
