// What a Swift plugin declares is what the host reads from its tables.
import PluginAPI
import PluginKit
import Testing

@Suite("The tables of a Swift plugin")
struct DescriptorTests {
  static func parameters() throws -> [sth_param] {
    let offered = Probe.entry(STH_ABI_MAJOR, STH_ABI_MINOR)
    let descriptor = try #require(offered).pointee.descriptor.pointee
    return (0..<Int(descriptor.param_count)).compactMap { descriptor.params[$0]?.pointee }
  }

  @Test("The descriptor says who the plugin is")
  func descriptor() throws {
    let offered = Probe.entry(STH_ABI_MAJOR, STH_ABI_MINOR)
    let entry = try #require(offered).pointee
    #expect(entry.abi_major == STH_ABI_MAJOR && entry.abi_minor == STH_ABI_MINOR)
    #expect(entry.get_extension == nil)
    let d = entry.descriptor.pointee
    #expect(
      [d.id, d.name, d.version, d.vendor, d.licence].map { $0.map { String(cString: $0) } }
        == ["probe", "Probe", "1.2.3", "tests", "MIT"])
    #expect(d.flags == 0)
    let rows = RowNumbers.entry(STH_ABI_MAJOR, STH_ABI_MINOR)
    #expect(rows?.pointee.descriptor.pointee.flags == STH_PLUGIN_STATELESS)
  }

  @Test("One table for a type of plugin, none for another major version")
  func versions() {
    #expect(Probe.entry(STH_ABI_MAJOR, 0) == Probe.entry(STH_ABI_MAJOR, 9))
    #expect(Probe.entry(STH_ABI_MAJOR, 0) != RowNumbers.entry(STH_ABI_MAJOR, 0))
    #expect(Probe.entry(STH_ABI_MAJOR + 1, 0) == nil)
    #expect(Probe.entry(0, 0) == nil)
  }

  @Test("Each parameter has the kind, flags, ranges, unit and default it was declared with")
  func rows() throws {
    let all = try Self.parameters()
    #expect(
      all.map { String(cString: $0.key) } == ["number", "count", "flag", "mood", "title", "extra", "picture", "model"])
    #expect(
      all.map(\.kind) == [
        STH_PARAM_FLOAT, STH_PARAM_INT, STH_PARAM_BOOL, STH_PARAM_CHOICE, STH_PARAM_STRING, STH_PARAM_PATH,
        STH_PARAM_IMAGE, STH_PARAM_PATH,
      ])
    #expect(
      all.map(\.flags) == [
        STH_PARAM_RUNTIME, 0, 0, 0, 0, 0, 0, STH_PARAM_REQUIRED | STH_PARAM_MODEL,
      ])
    let number = all[0]
    #expect(
      [number.hard_min, number.hard_max, number.soft_min, number.soft_max, number.default_number] == [-2, 8, 0, 4, 1.5])
    #expect(number.unit.map { String(cString: $0) } == "x")
    #expect([all[1].hard_min, all[1].hard_max, all[1].default_number] == [1, 9, 3])
    #expect(all[2].default_number == 1)
    #expect(all[3].choice_count == 2)
    #expect((0..<2).compactMap { all[3].choices[$0].map { String(cString: $0) } } == ["calm", "angry"])
    #expect(all[4].default_text.map { String(cString: $0) } == "none")
    #expect(all[7].default_text == nil)
  }
}
