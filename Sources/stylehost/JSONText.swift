// JSONText.swift - one JSON document on stdout, as docs/json.md describes.

import Foundation
import Host

enum JSONText {
  /// Keys in snake_case, sorted; one document, one newline.
  static func make(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
