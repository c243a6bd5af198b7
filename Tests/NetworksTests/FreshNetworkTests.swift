// Networks that have learnt nothing yet, through the contract: what a plugin describes is what it runs.
import PluginAPI
import PluginKit
import Testing
import Weights

@Suite("Plugins describe fresh networks")
struct FreshNetworkTests {
  /// Collects what a plugin hands over; ends the description after `limit` tensors.
  final class Visitor {
    var tensors: [(name: String, shape: [Int], fill: UInt32)] = []
    var limit = Int.max
  }

  static func describe(
    _ plugin: EntryFunction, width: Int32, into visitor: Visitor
  ) throws -> (status: sth_status, info: sth_model_info, message: String) {
    let offered = plugin(STH_ABI_MAJOR, STH_ABI_MINOR)
    let entry = try #require(offered)
    let pointer = try #require(entry.pointee.get_extension(STH_EXTENSION_MODELS))
    let describe = try #require(pointer.assumingMemoryBound(to: sth_models_api.self).pointee.describe_fresh)
    var info = sth_model_info()
    info.struct_size = UInt32(MemoryLayout<sth_model_info>.size)
    var error = sth_error()
    error.struct_size = UInt32(MemoryLayout<sth_error>.size)
    let status = describe(
      width, &info,
      { argument, tensor in
        guard let argument, let raw = tensor?.pointee else { return STH_ERROR_INVALID_ARGUMENT }
        let visitor = Unmanaged<Visitor>.fromOpaque(argument).takeUnretainedValue()
        guard visitor.tensors.count < visitor.limit else { return STH_ERROR_CANCELLED }
        let shape = withUnsafeBytes(of: raw.dims) {
          $0.bindMemory(to: Int64.self).prefix(Int(raw.rank)).map { Int($0) }
        }
        visitor.tensors.append((String(cString: raw.name), shape, raw.fill))
        return STH_OK
      }, Unmanaged.passUnretained(visitor).toOpaque(), &error)
    return (status, info, IdentificationTests.text(error.message))
  }

  @Test("A plugin runs what it describes, and its published width and cost are known")
  func described() throws {
    let plugins: [(EntryFunction, Int32, Int)] = [
      (BuiltPlugins.johnson, 32, 1_679_235), (BuiltPlugins.adain, 64, 3_505_740 + 3_505_219),
      (BuiltPlugins.cut, 64, 11_378_179), (BuiltPlugins.sfit, 32, 1_079_555),
      (BuiltPlugins.munit, 64, 2 * 15_026_187),
    ]
    for (entry, published, parameters) in plugins {
      let whole = Visitor()
      let description = try Self.describe(entry, width: 0, into: whole)
      #expect(description.status == STH_OK && description.info.width == published)
      #expect(whole.tensors.reduce(0) { $0 + $1.shape.reduce(1, *) } == parameters)
      let narrow = Visitor()
      #expect(try Self.describe(entry, width: 3, into: narrow).info.width == 3)
      let tensors = try narrow.tensors.map { tensor in
        try NamedTensor(
          name: tensor.name, shape: tensor.shape, floats: Array(repeating: 0.5, count: tensor.shape.reduce(1, *)))
      }
      let known = try IdentificationTests.identify(tensors, by: entry)
      #expect(known.status == STH_OK && known.info.width == 3, "\(known.message)")
      #expect(known.info.multiply_adds_per_pixel > 0)
    }
  }

  @Test("Weights are drawn, biases 0, scales 1, and the encoder's first layer changes nothing")
  func fills() throws {
    let (net, pair) = (Visitor(), Visitor())
    _ = try Self.describe(BuiltPlugins.johnson, width: 2, into: net)
    for tensor in net.tensors {
      let isNorm = tensor.name.hasPrefix("in") || tensor.name.contains(".in")
      let isWeight = tensor.name.hasSuffix(".weight")
      #expect(tensor.fill == (!isWeight ? STH_FILL_ZERO : isNorm ? STH_FILL_ONE : STH_FILL_HE_NORMAL))
    }
    _ = try Self.describe(BuiltPlugins.adain, width: 2, into: pair)
    let identities = pair.tensors.filter { $0.fill == STH_FILL_IDENTITY }
    #expect(identities.map(\.name) == ["encoder.0.weight"])
  }

  @Test("A width that no network has is refused; what the visitor says ends the description")
  func refusals() throws {
    let visitor = Visitor()
    let wide = try Self.describe(BuiltPlugins.cut, width: 5000, into: visitor)
    #expect(wide.status == STH_ERROR_UNSUPPORTED && visitor.tensors.isEmpty)
    #expect(wide.message == "there is no network of width 5000: give one of 1...1024")
    #expect(try Self.describe(BuiltPlugins.cut, width: -1, into: visitor).status == STH_ERROR_INVALID_ARGUMENT)
    visitor.limit = 3
    #expect(try Self.describe(BuiltPlugins.cut, width: 4, into: visitor).status == STH_ERROR_CANCELLED)
    #expect(visitor.tensors.count == 3)
  }
}
