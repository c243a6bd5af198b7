// Where the fixtures lie, and files that live as long as a test.

import Foundation
import TestFolders
import Weights

enum Fixtures {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  static func path(_ name: String) -> String { folder.appending(path: name).path }

  static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: name))) }

  static func decode<Value: Decodable>(_: Value.Type, from name: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appending(path: name)))
  }
}

extension Scratch {
  /// Writes the bytes to a file and tries to open it.
  func open(_ bytes: [UInt8], name: String = "file.pth") throws -> WeightFile {
    try Data(bytes).write(to: url.appending(path: name))
    return try WeightFile.open(path: path(name))
  }

  /// What opening these bytes complains about; nil if it does not.
  func complaint(_ bytes: [UInt8]) throws -> WeightsError? {
    do {
      _ = try open(bytes)
      return nil
    } catch let error as WeightsError {
      return error
    }
  }
}
