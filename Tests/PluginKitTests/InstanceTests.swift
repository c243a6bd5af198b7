// An instance of a Swift plugin, as a host drives it through C: values arrive, failures come back as status and text.
import AllocationCounter
import PluginAPI
import PluginKit
import Testing

@Suite("An instance of a Swift plugin")
struct InstanceTests {
  static var probe: sth_entry? { Probe.entry(STH_ABI_MAJOR, STH_ABI_MINOR)?.pointee }
  static var rowNumbers: sth_entry? { RowNumbers.entry(STH_ABI_MAJOR, STH_ABI_MINOR)?.pointee }

  static func stream(h: Int32, w: Int32) -> sth_stream {
    sth_stream(
      struct_size: UInt32(MemoryLayout<sth_stream>.size), h: h, w: w, frame_rate_num: 25, frame_rate_den: 1, reserved: 0
    )
  }

  static func format(h: Int32, w: Int32) -> sth_format {
    sth_format(
      struct_size: UInt32(MemoryLayout<sth_format>.size), out_h: h, out_w: w, in_black: 0, in_white: 1, out_black: 0,
      out_white: 1)
  }

  /// Calls `create` with these values.
  static func create(
    _ entry: sth_entry, _ host: UnsafePointer<sth_host>?, _ values: Values?,
    _ instance: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<sth_error>?
  ) -> sth_status {
    withExtendedLifetime(values) { entry.create(host, values?.raw, instance, error) }
  }

  /// Calls `process` with these images and values.
  static func process(
    _ entry: sth_entry, _ instance: OpaquePointer?, _ input: Pixels?, _ output: Pixels?, _ values: Values,
    _ error: inout sth_error
  ) -> sth_status {
    var frame = sth_process()
    frame.struct_size = UInt32(MemoryLayout<sth_process>.size)
    (frame.params, frame.in, frame.out) = (
      UnsafePointer(values.raw), input.map { UnsafePointer($0.raw) }, output.map { UnsafePointer($0.raw) }
    )
    return withExtendedLifetime((input, output, values)) { entry.process(instance, &frame, &error) }
  }

  @Test("Values arrive typed, formats are negotiated, frames are processed with the values of the frame")
  func life() throws {
    let entry = try #require(Self.probe)
    let host = ProbeHost.make()
    var error = ProbeHost.error()
    var instance: OpaquePointer?
    #expect(Self.create(entry, host, Values.ofProbe(), &instance, &error) == STH_OK)
    var (stream, format) = (Self.stream(h: 2, w: 3), Self.format(h: 2, w: 3))
    #expect(entry.negotiate(instance, &stream, &format, &error) == STH_OK)
    #expect([format.out_h, format.out_w] == [4, 3])
    #expect([format.in_black, format.in_white, format.out_black, format.out_white] == [-1, 1, 0, 1])
    #expect(entry.activate(instance, &stream, &format, &error) == STH_OK)
    let (input, output) = (Pixels(h: 2, w: 3) { Float($0) }, Pixels(h: 4, w: 3))
    #expect(Self.process(entry, instance, input, output, .ofProbe(number: 2), &error) == STH_OK)
    // 3 + flag 100 + unlisted 7000 + no extra 10000 + no picture 0 + model 100000
    #expect(output.values.prefix(12) == [0, 2, 4, 0, 2, 4, 6, 8, 10, 6, 8, 10].map { Float($0 + 117_103) }[...])
    entry.reset(instance, STH_RESET_SEEK)
    entry.deactivate(instance)
    #expect(Self.process(entry, instance, input, output, .ofProbe(), &error) == STH_ERROR_INVALID_ARGUMENT)
    entry.destroy(instance)
  }

  @Test("What init throws comes back as its status and one line, cut between characters where the struct is short")
  func failures() throws {
    let entry = try #require(Self.probe)
    let host = ProbeHost.make()
    var instance: OpaquePointer?
    var error = ProbeHost.error()
    #expect(Self.create(entry, host, Values.ofProbe(mood: 1), &instance, &error) == STH_ERROR_UNSUPPORTED)
    #expect(error.code == STH_ERROR_UNSUPPORTED && instance == nil)
    #expect(ProbeHost.text(error.message) == "cannot be angry: be calm \u{1F600}")
    for size in [0, 4, 8, 9, 16, 36, 37, 38] {
      var short = ProbeHost.error(size: size)
      _ = withUnsafeMutableBytes(of: &short.message) { $0.initializeMemory(as: UInt8.self, repeating: 0x7f) }
      #expect(Self.create(entry, host, Values.ofProbe(mood: 1), &instance, &short) == STH_ERROR_UNSUPPORTED)
      withUnsafeBytes(of: short.message) { bytes in
        let room = max(0, size - 8)
        #expect(bytes[room] == 0x7f, "wrote past struct_size \(size)")
        if room > 0 {
          let text = bytes.prefix { $0 != 0 }
          #expect(text.count < room && String(validating: text, as: UTF8.self) != nil)
        }
      }
    }
    #expect(Self.create(entry, host, Values.ofProbe(mood: 1), &instance, nil) == STH_ERROR_UNSUPPORTED)
  }

  @Test("A host that breaks the rules gets a status, never a crash")
  func brokenHosts() throws {
    let entry = try #require(Self.probe)
    let host = ProbeHost.make()
    var error = ProbeHost.error()
    var instance: OpaquePointer?
    let values = Values.ofProbe()
    #expect(Self.create(entry, nil, values, &instance, &error) == STH_ERROR_INVALID_ARGUMENT)
    #expect(Self.create(entry, host, values, nil, &error) == STH_ERROR_INVALID_ARGUMENT)
    #expect(Self.create(entry, host, nil, &instance, &error) == STH_ERROR_BAD_PARAMETER)
    #expect(Self.create(entry, host, Values([sth_value()]), &instance, &error) == STH_ERROR_BAD_PARAMETER)
    #expect(Self.create(entry, host, Values.ofProbe(model: nil), &instance, &error) == STH_ERROR_BAD_PARAMETER)
    #expect(ProbeHost.text(error.message).contains("'model'"))
    host.pointee.struct_size = 40
    #expect(Self.create(entry, host, values, &instance, &error) == STH_ERROR_INVALID_ARGUMENT)
    #expect(instance == nil)
    var (stream, format) = (Self.stream(h: 2, w: 2), Self.format(h: 2, w: 2))
    #expect(entry.negotiate(nil, &stream, &format, &error) == STH_ERROR_INVALID_ARGUMENT)
    #expect(Self.process(entry, nil, nil, nil, values, &error) == STH_ERROR_INVALID_ARGUMENT)
    entry.reset(nil, 99)
    entry.deactivate(nil)
    entry.destroy(nil)
  }

  @Test("Images that are absent, contradict themselves or are of another size are refused")
  func brokenImages() throws {
    let entry = try #require(Self.rowNumbers)
    let host = ProbeHost.make()
    var error = ProbeHost.error()
    var instance: OpaquePointer?
    let none = Values([])
    #expect(Self.create(entry, host, nil, &instance, &error) == STH_OK)
    var (stream, format) = (Self.stream(h: 4, w: 4), Self.format(h: 4, w: 4))
    #expect(entry.activate(instance, &stream, &format, &error) == STH_OK)
    let good = Pixels(h: 4, w: 4) { _ in 0 }
    #expect(Self.process(entry, instance, nil, good, none, &error) == STH_ERROR_INVALID_ARGUMENT)
    #expect(Self.process(entry, instance, good, nil, none, &error) == STH_ERROR_INVALID_ARGUMENT)
    #expect(Self.process(entry, instance, Pixels(h: 4, w: 5), good, none, &error) == STH_ERROR_INVALID_ARGUMENT)
    let breaks: [(inout sth_image) -> Void] = [
      { $0.data = nil }, { $0.h_stride_bytes = 12 }, { $0.c_stride_bytes = 4 }, { $0.h = -1 }, { $0.c = 1 },
      { $0.struct_size = 8 }, { $0.h_stride_bytes = .max - 3 },
    ]
    for change in breaks {
      let broken = Pixels(h: 4, w: 4)
      change(&broken.raw.pointee)
      #expect(Self.process(entry, instance, broken, good, none, &error) == STH_ERROR_INVALID_ARGUMENT)
    }
    entry.destroy(instance)
  }

  @Test("An output of no size is the plugin's fault and is reported as such")
  func impossibleFormat() throws {
    let entry = try #require(Self.probe)
    let host = ProbeHost.make()
    var error = ProbeHost.error()
    var instance: OpaquePointer?
    #expect(Self.create(entry, host, Values.ofProbe(title: "impossible"), &instance, &error) == STH_OK)
    var (stream, format) = (Self.stream(h: 2, w: 2), Self.format(h: 2, w: 2))
    #expect(entry.negotiate(instance, &stream, &format, &error) == STH_ERROR_INTERNAL)
    #expect(format.out_w == 2)
    entry.destroy(instance)
  }

  @Test(
    "A row plugin's rows are all written, in whatever order the host runs the parts", arguments: [1, 3, 300] as [Int32])
  func rows(h: Int32) throws {
    let entry = try #require(Self.rowNumbers)
    let host = ProbeHost.make()
    var error = ProbeHost.error()
    var instance: OpaquePointer?
    let w: Int32 = 700
    #expect(Self.create(entry, host, nil, &instance, &error) == STH_OK)
    var (stream, format) = (Self.stream(h: h, w: w), Self.format(h: h, w: w))
    #expect(entry.negotiate(instance, &stream, &format, &error) == STH_OK)
    #expect(entry.activate(instance, &stream, &format, &error) == STH_OK)
    let (input, output) = (Pixels(h: h, w: w) { Float($0 % 11) }, Pixels(h: h, w: w))
    #expect(Self.process(entry, instance, input, output, Values([]), &error) == STH_OK)
    let expected = (0..<Int(3 * h * w)).map { Float($0 % 11) + Float($0 / Int(w) % Int(h)) }
    #expect(output.values == expected)
    entry.destroy(instance)
  }

  @Test("Frames allocate nothing, whichever kind of plugin processes them")
  func allocations() throws {
    let host = ProbeHost.make()
    for (entry, values, outH) in [(Self.probe, Values.ofProbe(), Int32(16)), (Self.rowNumbers, Values([]), 8)] {
      let entry = try #require(entry)
      var error = ProbeHost.error()
      var instance: OpaquePointer?
      #expect(Self.create(entry, host, values, &instance, &error) == STH_OK)
      var (stream, format) = (Self.stream(h: 8, w: 9), Self.format(h: 8, w: 9))
      #expect(entry.negotiate(instance, &stream, &format, &error) == STH_OK)
      #expect(entry.activate(instance, &stream, &format, &error) == STH_OK)
      let (input, output) = (Pixels(h: 8, w: 9) { Float($0) }, Pixels(h: outH, w: 9))
      #expect(Self.process(entry, instance, input, output, values, &error) == STH_OK)
      let before = allocation_counter_total()
      allocation_counter_watch(1)
      for _ in 0..<5 { _ = Self.process(entry, instance, input, output, values, &error) }
      allocation_counter_watch(0)
      #expect(allocation_counter_total() - before == 0)
      entry.destroy(instance)
    }
  }
}
