// The plugins of the house as they are shipped: libraries beside the test program, each with its one C symbol. They cannot be
// linked into it, for that symbol is the same in all.
import Foundation
import PluginAPI
import PluginKit

typealias EntryFunction = @Sendable (_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry?

enum BuiltPlugins {
  static let adain = entry("adain")
  static let cut = entry("cut")
  static let gatys = entry("gatys")
  static let johnson = entry("johnson")
  static let munit = entry("munit")
  static let onnx = entry("onnx")
  static let sfit = entry("sfit")

  /// The entry function of a library; nil is its answer where there is no such library.
  private static func entry(_ name: String) -> EntryFunction {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? ""
    let paths = [program, bundle].map { ($0 as NSString).deletingLastPathComponent + "/lib\(name).so" }
    for path in paths {
      guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(handle, STH_ENTRY_SYMBOL) else {
        continue
      }
      // SAFETY: the contract fixes the type of the symbol with this name.
      let function = unsafeBitCast(symbol, to: (@convention(c) (UInt32, UInt32) -> PluginEntry?).self)
      return { function($0, $1) }
    }
    return { _, _ in nil }
  }
}
