// ParameterSnapshot.swift - parameter values in the contract's form, with the memory they point at.

import Foundation
import PluginAPI

/// An immutable `sth_params`. Lives at least as long as the calls it is handed to.
final class ParameterSnapshot: @unchecked Sendable {
  // @unchecked: written in init, read only afterwards.

  /// What the plugin gets.
  let params: UnsafeMutablePointer<sth_params>
  private let values: UnsafeMutablePointer<sth_value>
  private var texts: [UnsafeMutablePointer<CChar>?] = []
  private let pictures: [Int: [ImageBuffer]]
  private var lists: [UnsafeMutablePointer<UnsafePointer<sth_image>?>] = []

  /// - Parameter decode: turns the path of a picture into R'G'B' 0...1.
  init(_ source: [ParameterValue], decode: (String) throws(HostError) -> ImageBuffer) throws(HostError) {
    let count = source.count
    var pictures: [Int: [ImageBuffer]] = [:]
    for (index, value) in source.enumerated() {
      var decoded: [ImageBuffer] = []
      for path in value.picturePaths { decoded.append(try decode(path)) }
      pictures[index] = decoded
    }
    values = UnsafeMutablePointer<sth_value>.allocate(capacity: max(count, 1))
    values.initialize(repeating: sth_value(), count: max(count, 1))
    params = UnsafeMutablePointer<sth_params>.allocate(capacity: 1)
    params.initialize(
      to: sth_params(
        struct_size: UInt32(MemoryLayout<sth_params>.size), count: UInt32(count), values: UnsafePointer(values)))
    self.pictures = pictures
    for (index, value) in source.enumerated() {
      switch value {
      case .integer(let integer): values[index].integer = integer
      case .number(let number): values[index].number = number
      case .text(let text):
        let copy = text.flatMap { strdup($0) }
        texts.append(copy)
        values[index].text = copy.map { UnsafePointer($0) }
      case .picture: values[index].image = pictures[index]?.first.map { UnsafePointer($0.image) }
      case .pictures: values[index] = listed(pictures[index] ?? [])
      }
    }
  }

  /// The value of several pictures; without any it is as if nothing were given.
  private func listed(_ pictures: [ImageBuffer]) -> sth_value {
    var value = sth_value()
    guard !pictures.isEmpty else { return value }
    // SAFETY: freed in deinit, like the pictures it points at.
    let list = UnsafeMutablePointer<UnsafePointer<sth_image>?>.allocate(capacity: pictures.count)
    for (i, picture) in pictures.enumerated() { (list + i).initialize(to: UnsafePointer(picture.image)) }
    lists.append(list)
    value.integer = Int64(pictures.count)
    value.images = UnsafePointer(list)
    return value
  }

  deinit {
    texts.forEach { free($0) }
    lists.forEach { $0.deallocate() }
    values.deallocate()
    params.deallocate()
  }
}

extension ParameterValue {
  /// The picture files that it names.
  fileprivate var picturePaths: [String] {
    switch self {
    case .picture(let path): return path.map { [$0] } ?? []
    case .pictures(let paths): return paths
    case .integer, .number, .text: return []
    }
  }
}
