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
  private var pictures: [ImageBuffer] = []

  /// - Parameter decode: turns the path of a picture into R'G'B' 0...1.
  init(_ source: ParameterValues, decode: (String) throws(HostError) -> ImageBuffer) throws(HostError) {
    let count = source.values.count
    var pictures: [ImageBuffer] = []
    var byIndex: [Int: ImageBuffer] = [:]
    for (index, value) in source.values.enumerated() {
      guard case .picture(let path?) = value else { continue }
      let picture = try decode(path)
      byIndex[index] = picture
      pictures.append(picture)
    }
    values = UnsafeMutablePointer<sth_value>.allocate(capacity: max(count, 1))
    values.initialize(repeating: sth_value(), count: max(count, 1))
    params = UnsafeMutablePointer<sth_params>.allocate(capacity: 1)
    params.initialize(
      to: sth_params(
        struct_size: UInt32(MemoryLayout<sth_params>.size), count: UInt32(count), values: UnsafePointer(values)))
    self.pictures = pictures
    for (index, value) in source.values.enumerated() {
      switch value {
      case .integer(let integer): values[index].integer = integer
      case .number(let number): values[index].number = number
      case .text(let text):
        let copy = text.flatMap { strdup($0) }
        texts.append(copy)
        values[index].text = copy.map { UnsafePointer($0) }
      case .picture: values[index].image = byIndex[index].map { UnsafePointer($0.image) }
      }
    }
  }

  deinit {
    texts.forEach { free($0) }
    values.deallocate()
    params.deallocate()
  }
}
