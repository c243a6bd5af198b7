// The plugin in C of examples/, built and loaded the way its first lines say.
import Foundation
import Glibc
import PluginAPI
import TestFolders

/// The example's table, from a library that was just compiled. It stays loaded, as a host leaves it.
struct CExample: @unchecked Sendable {
  // SAFETY: a static table of a library that is never unloaded.
  let entry: UnsafePointer<sth_entry>
  let exports: [String]

  static let built: Result<CExample, any Error> = Result { try CExample() }

  struct Failure: Error, CustomStringConvertible { let description: String }

  private init() throws {
    let source = Compiler.root.appendingPathComponent("examples/plugin-in-c/vivid.c").path
    let library = URL(fileURLWithPath: try Scratch.lasting() + "/vivid.so")
    let built = try Compiler.run(
      ["cc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden"]
        + ["-I", Compiler.include, source, "-o", library.path])
    guard built.status == 0 else { throw Failure(description: built.output) }
    exports = try Compiler.exports(of: library)
    guard let handle = dlopen(library.path, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(handle, STH_ENTRY_SYMBOL) else {
      throw Failure(description: String(cString: dlerror()))
    }
    let function = unsafeBitCast(symbol, to: (@convention(c) (UInt32, UInt32) -> UnsafePointer<sth_entry>?).self)
    guard function(STH_ABI_MAJOR + 1, 0) == nil, let entry = function(STH_ABI_MAJOR, STH_ABI_MINOR) else {
      throw Failure(description: "the entry function takes another major version, or refuses this one")
    }
    self.entry = entry
  }

  /// One frame of [3][h][w] pixels without gaps, with both parameters in per cent.
  func render(_ pixels: [Float], h: Int32, w: Int32, saturation: Double, contrast: Double) -> [Float]? {
    // SAFETY: freed after destroy(); the instance keeps the address.
    let host = UnsafeMutablePointer<sth_host>.allocate(capacity: 1)
    defer { host.deallocate() }
    host.initialize(to: sth_host())
    host.pointee.struct_size = UInt32(MemoryLayout<sth_host>.size)
    host.pointee.allocate = { _, bytes in UnsafeMutableRawPointer.allocate(byteCount: Int(bytes), alignment: 64) }
    host.pointee.free = { _, memory in memory?.deallocate() }
    host.pointee.parallel_for = { _, count, grain, body, argument in
      // Backwards: a body that relies on the order of its parts shows.
      for part in (0..<(count + grain - 1) / grain).reversed() {
        body?(argument, part * grain, min(count, part * grain + grain), 0)
      }
    }
    var (source, result) = (pixels, [Float](repeating: .nan, count: pixels.count))
    var values = [sth_value(), sth_value()]
    (values[0].number, values[1].number) = (saturation, contrast)
    var status = STH_ERROR_INTERNAL
    source.withUnsafeMutableBufferPointer { source in
      result.withUnsafeMutableBufferPointer { result in
        values.withUnsafeBufferPointer { values in
          var params = sth_params(
            struct_size: UInt32(MemoryLayout<sth_params>.size), count: 2, values: values.baseAddress)
          var input = sth_image(
            struct_size: UInt32(MemoryLayout<sth_image>.size), c: 3, h: h, w: w, c_stride_bytes: Int64(h * w) * 4,
            h_stride_bytes: Int64(w) * 4, data: source.baseAddress)
          var output = input
          output.data = result.baseAddress
          var instance: OpaquePointer?
          var error = sth_error()
          error.struct_size = UInt32(MemoryLayout<sth_error>.size)
          status = entry.pointee.create(host, &params, &instance, &error)
          guard status == STH_OK else { return }
          withUnsafePointer(to: &params) { params in
            withUnsafePointer(to: &input) { input in
              withUnsafePointer(to: &output) { output in
                var frame = sth_process()
                frame.struct_size = UInt32(MemoryLayout<sth_process>.size)
                (frame.params, frame.in, frame.out) = (params, input, output)
                status = entry.pointee.process(instance, &frame, &error)
              }
            }
          }
          entry.pointee.destroy(instance)
        }
      }
    }
    return status == STH_OK ? result : nil
  }
}
