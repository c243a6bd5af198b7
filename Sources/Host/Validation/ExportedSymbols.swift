// ExportedSymbols.swift - which symbols an ELF library offers to the world, read without loading it.

import Foundation

enum ExportedSymbols {
  /// Names of the global and weak symbols that a 64-bit little-endian ELF file defines for others, or nil where it is none.
  static func names(in path: String) -> [String]? {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else { return nil }
    return data.withUnsafeBytes { bytes in
      guard bytes.count >= 64, bytes.prefix(6).elementsEqual([0x7f, 0x45, 0x4c, 0x46, 2, 1]) else { return nil }
      let sections = sectionTable(bytes)
      guard let symbols = sections.first(where: { $0.type == 11 }), symbols.link < sections.count else { return nil }
      return names(bytes, symbols: symbols, strings: sections[symbols.link])
    }
  }

  private struct Section {
    let type: UInt32
    let offset: Int
    let size: Int
    let link: Int
  }

  private static func number<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _ offset: Int, _ type: T.Type) -> T?
  {
    guard offset >= 0, offset <= bytes.count - MemoryLayout<T>.size else { return nil }
    return T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  private static func sectionTable(_ bytes: UnsafeRawBufferPointer) -> [Section] {
    guard let start = number(bytes, 40, UInt64.self).flatMap(Int.init(exactly:)),
      let count = number(bytes, 60, UInt16.self), let size = number(bytes, 58, UInt16.self), size >= 64
    else { return [] }
    return (0..<Int(count)).compactMap { index in
      let at = start &+ index * Int(size)
      guard let type = number(bytes, at &+ 4, UInt32.self),
        let offset = number(bytes, at &+ 24, UInt64.self).flatMap(Int.init(exactly:)),
        let length = number(bytes, at &+ 32, UInt64.self).flatMap(Int.init(exactly:)),
        let link = number(bytes, at &+ 40, UInt32.self)
      else { return nil }
      return Section(type: type, offset: offset, size: length, link: Int(link))
    }
  }

  private static func names(_ bytes: UnsafeRawBufferPointer, symbols: Section, strings: Section) -> [String] {
    var result: [String] = []
    for index in 0..<max(0, min(symbols.size, bytes.count) / 24) {
      let at = symbols.offset &+ index * 24
      guard let name = number(bytes, at, UInt32.self), let info = number(bytes, at &+ 4, UInt8.self),
        let other = number(bytes, at &+ 5, UInt8.self), let section = number(bytes, at &+ 6, UInt16.self)
      else { break }
      // Global or weak, of default or protected visibility (Swift's are protected), defined here.
      guard info >> 4 == 1 || info >> 4 == 2, other & 3 == 0 || other & 3 == 3, section != 0 else { continue }
      let begin = strings.offset &+ Int(name)
      guard begin >= 0, begin < bytes.count, let end = bytes[begin...].firstIndex(of: 0) else { continue }
      result.append(String(decoding: bytes[begin..<end], as: UTF8.self))
    }
    return result
  }
}
