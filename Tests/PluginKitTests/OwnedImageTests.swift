// Pictures of a plugin's own: memory of the host, given back, refused in a sentence where there is none.
import PluginAPI
import Testing

@testable import PluginKit

@Suite("A picture of the plugin's own")
struct OwnedImageTests {
  /// A host that counts what it lends and has at most a mebibyte.
  static func host(counting held: UnsafeMutablePointer<Int>) -> UnsafeMutablePointer<sth_host> {
    let host = ProbeHost.make()
    host.pointee.context = UnsafeMutableRawPointer(held)
    host.pointee.allocate = { host, bytes in
      guard let held = host?.pointee.context?.assumingMemoryBound(to: Int.self), bytes <= 1 << 20 else { return nil }
      held.pointee += 1
      return UnsafeMutableRawPointer.allocate(byteCount: Int(bytes), alignment: 64)
    }
    host.pointee.free = { host, memory in
      host?.pointee.context?.assumingMemoryBound(to: Int.self).pointee -= 1
      memory?.deallocate()
    }
    return host
  }

  @Test("Rows of all planes are the picture's alone, and the memory goes back when it ends")
  func rows() throws {
    let held = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    held.initialize(to: 0)
    defer { held.deallocate() }
    let host = try PluginHost(Self.host(counting: held))
    do {
      let picture = try OwnedImage(host: host, channels: 5, height: 3, width: 17)
      #expect(held.pointee == 1)
      try picture.withImage { (image, target) throws(PluginError) in
        for c in 0..<5 {
          for y in 0..<3 { for x in 0..<17 { target.row(y, plane: c)[x] = Float(c * 100 + y * 20 + x) } }
        }
        for c in 0..<5 { for y in 0..<3 { #expect(image.row(y, plane: c)[16] == Float(c * 100 + y * 20 + 16)) } }
        #expect(image.channels == 5 && image.height == 3 && image.width == 17)
      }
    }
    #expect(held.pointee == 0)
  }

  @Test("A part of a picture is its rows and columns, and nothing outside of the picture is a part of it")
  func parts() throws {
    let held = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    held.initialize(to: 0)
    defer { held.deallocate() }
    let picture = try KeptImage(host: PluginHost(Self.host(counting: held)), channels: 2, height: 5, width: 9)
    try picture.target.withPart(top: 1, left: 2, height: 3, width: 4) { (part) throws(PluginError) in
      #expect((part.channels, part.height, part.width) == (2, 3, 4))
      for plane in 0..<2 { for y in 0..<3 { part.row(y, plane: plane).update(repeating: 1) } }
    }
    for plane in 0..<2 {
      for y in 0..<5 {
        for x in 0..<9 {
          let isInside = (1..<4).contains(y) && (2..<6).contains(x)
          #expect(picture.image.row(y, plane: plane)[x] == (isInside ? 1 : 0))
        }
      }
    }
    for (top, left, height, width) in [(-1, 0, 1, 1), (0, 6, 1, 4), (3, 0, 3, 1), (0, 0, 0, 1), (.max, 0, 1, 1)] {
      let failure = #expect(throws: PluginError.self) {
        try picture.target.withPart(top: top, left: left, height: height, width: width) { _ in }
      }
      #expect(failure?.status == .invalidArgument)
    }
  }

  @Test("What the host does not have, and what is no picture, is refused")
  func refusals() throws {
    let held = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    held.initialize(to: 0)
    defer { held.deallocate() }
    let host = try PluginHost(Self.host(counting: held))
    for (c, h, w) in [(3, 1000, 1000), (0, 4, 4), (3, -1, 4), (.max, .max, 4), (1, 1, .max)] {
      let failure = #expect(throws: PluginError.self) {
        _ = try OwnedImage(host: host, channels: c, height: h, width: w)
      }
      #expect(failure?.status == .noMemory)
      #expect(failure?.description.hasPrefix("cannot reserve memory for a picture of") == true)
    }
    #expect(held.pointee == 0)
  }

  @Test("A picture that is required is marked in the table, and missing it is an error that names it")
  func required() throws {
    let style = Parameter.image("style", "Style", help: "The style").required
    #expect(style.row.flags == STH_PARAM_REQUIRED)
    let values = Values([sth_value()])
    let failure = #expect(throws: PluginError.self) {
      try withExtendedLifetime(values) { () throws in _ = try Parameters(values.raw, rows: [style.row]) }
    }
    #expect(failure?.description == "cannot start without a value of 'style': The style")
  }
}
