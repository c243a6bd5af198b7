// Where the tests of this folder find their files.
import Foundation
import TestFolders

enum Places {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  /// Trained weights beside the checkout, or where STYLEHOST_SHARED says; nil where there are none.
  static let johnsonWeights = SharedData.folder("weights/johnson")

  /// Numbers that make_johnson_reference.py has written.
  static func reference(_ name: String, h: Int, w: Int) throws -> [Float] { try numbers("\(name)_\(h)x\(w)") }

  /// The path of a file among the fixtures.
  static func fixture(_ name: String) -> String { folder.appendingPathComponent("Fixtures/\(name)").path }

  /// Numbers that a script among the fixtures has written.
  static func numbers(_ name: String) throws -> [Float] {
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/\(name).f32"))
    return data.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { Float(bitPattern: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)) }
    }
  }

  /// Calls the body with the path of a file that does not exist yet, and removes it in the end.
  static func withTemporaryFile<Result>(_ body: (String) throws -> Result) throws -> Result {
    let scratch = try Scratch()
    return try withExtendedLifetime(scratch) { try body(scratch.path("model.safetensors")) }
  }
}
