// The lesson plugin in C does what its text says.
import PluginAPI
import Testing

@Suite("The plugin in C of examples/")
struct CExampleTests {
  /// Two rows of three pixels, values outside 0...1, a negative zero and a NaN among them.
  static let pixels: [Float] = [
    0, -0.0, 1, 0.25, 1.125, -0.0625, 0.5, 0.1, 0.2, 0.3, 0.9, 0.7, 1, 0.333, 0.75, .nan, 0.625, 0.0001,
  ]

  @Test("It compiles without a warning and exports one symbol")
  func exports() throws {
    #expect(try CExample.built.get().exports == [STH_ENTRY_SYMBOL])
  }

  @Test("At its defaults the picture passes to the bit")
  func identity() throws {
    let example = try CExample.built.get()
    let parameters = (0..<2).compactMap { example.entry.pointee.descriptor.pointee.params[$0]?.pointee.default_number }
    #expect(parameters == [100, 100])
    let result = example.render(Self.pixels, h: 2, w: 3, saturation: parameters[0], contrast: parameters[1])
    #expect(result?.map(\.bitPattern) == Self.pixels.map(\.bitPattern))
  }

  @Test("Saturation 0 makes all planes the luma, contrast moves values from mid-grey")
  func effect() throws {
    let example = try CExample.built.get()
    let pixels: [Float] = (0..<3 * 40 * 5).map { Float($0 % 97) / 96 }
    let grey = try #require(example.render(pixels, h: 40, w: 5, saturation: 0, contrast: 100))
    let strong = try #require(example.render(pixels, h: 40, w: 5, saturation: 100, contrast: 150))
    for i in 0..<200 {
      let luma = 0.2126 * pixels[i] + 0.7152 * pixels[200 + i] + 0.0722 * pixels[400 + i]
      for plane in 0..<3 {
        #expect(abs(grey[plane * 200 + i] - luma) < 1e-6)
        #expect(abs(strong[plane * 200 + i] - (0.5 + 1.5 * (pixels[plane * 200 + i] - 0.5))) < 1e-6)
      }
    }
  }

  @Test("Missing values are refused with a sentence, as much of it as the caller's struct holds")
  func errors() throws {
    let entry = try CExample.built.get().entry.pointee
    var host = sth_host()
    host.struct_size = UInt32(MemoryLayout<sth_host>.size)
    host.allocate = { _, _ in nil }
    var instance: OpaquePointer?
    var error = sth_error()
    _ = withUnsafeMutableBytes(of: &error.message) { $0.initializeMemory(as: UInt8.self, repeating: 0x7f) }
    error.struct_size = 8 + 12
    #expect(entry.create(&host, nil, &instance, &error) == STH_ERROR_NO_MEMORY)
    #expect(instance == nil)
    withUnsafeBytes(of: error.message) { bytes in
      #expect(String(decoding: bytes.prefix(12), as: UTF8.self) == "cannot crea\0")
      #expect(bytes[12] == 0x7f)
    }
  }
}
