// The functions of the contract that belong to a type of plugin, not to an instance.
import PluginAPI
import Synchronization

/// The types of plugin of this library, by the number of their seat.
enum TypeFunctions {
  private static let types = Mutex<[PluginType]>([])

  /// The type of this id, made and seated at the first call; nil where all seats are taken.
  static func seated(_ id: String, _ make: (Seat) -> PluginType) -> PluginType? {
    types.withLock { types in
      if let known = types.first(where: { $0.id == id }) { return known }
      guard types.count < Seat.all.count else { return nil }
      let new = make(Seat.all[types.count])
      types.append(new)
      return new
    }
  }

  private static func type(_ seat: Int) -> PluginType? { types.withLock { seat < $0.count ? $0[seat] : nil } }

  static func create(
    _ seat: Int, _ host: UnsafePointer<sth_host>?, _ params: UnsafePointer<sth_params>?,
    _ instance: UnsafeMutablePointer<OpaquePointer?>?, _ report: UnsafeMutablePointer<sth_error>?
  ) -> sth_status {
    do throws(PluginError) {
      guard let type = type(seat), let instance else {
        throw PluginError(.invalidArgument, "create() got no place for the instance")
      }
      let made = try type.make(PluginHost(host), Parameters(params, rows: type.rows), type.rows)
      instance.pointee = OpaquePointer(Unmanaged.passRetained(made).toOpaque())
      return STH_OK
    } catch {
      return error.report(to: report)
    }
  }

  static func table(_ seat: Int, _ name: UnsafePointer<CChar>?) -> UnsafeRawPointer? {
    guard CText.string(name) == STH_EXTENSION_MODELS, let models = type(seat)?.models else { return nil }
    return UnsafeRawPointer(models)
  }

  static func identify(
    _ seat: Int, _ api: UnsafePointer<sth_weights_api>?, _ weights: OpaquePointer?,
    _ info: UnsafeMutablePointer<sth_model_info>?, _ report: UnsafeMutablePointer<sth_error>?
  ) -> sth_status {
    do throws(PluginError) {
      guard let identify = type(seat)?.functions?.identify, let api, let weights, let info,
        SizedStruct.size(of: api) >= MemoryLayout<sth_weights_api>.size,
        SizedStruct.size(of: UnsafePointer(info)) >= MemoryLayout<sth_model_info>.size
      else { throw PluginError(.invalidArgument, "identify() got no weights, or a struct that is too short") }
      let lent = WeightSet(api: api, handle: weights, isOwned: false, label: "the model file")
      defer { lent.endLoan() }
      guard let found = try identify(lent) else {
        throw PluginError(.unsupported, "the model file is some other network's")
      }
      write(found, to: info)
      return STH_OK
    } catch {
      return error.report(to: report)
    }
  }

  static func describeFresh(
    _ seat: Int, _ width: Int32, _ info: UnsafeMutablePointer<sth_model_info>?, _ visit: sth_fresh_visit?,
    _ argument: UnsafeMutableRawPointer?, _ report: UnsafeMutablePointer<sth_error>?
  ) -> sth_status {
    do throws(PluginError) {
      guard let type = type(seat), let fresh = type.functions?.fresh, let info, let visit, width >= 0,
        SizedStruct.size(of: UnsafePointer(info)) >= MemoryLayout<sth_model_info>.size
      else {
        throw PluginError(
          .invalidArgument, "describe_fresh() got no visitor, a width below 0 or a struct that is too short")
      }
      guard let network = try fresh(width == 0 ? nil : Int(width)) else {
        throw PluginError(.unsupported, "plugin '\(type.id)' has no fresh network to begin with")
      }
      write(network.info, to: info)
      return network.visit(visit, argument)
    } catch {
      return error.report(to: report)
    }
  }

  private static func write(_ model: ModelInfo, to info: UnsafeMutablePointer<sth_model_info>) {
    withUnsafeMutableBytes(of: &info.pointee.architecture) { CText.write(model.architecture, to: $0) }
    withUnsafeMutableBytes(of: &info.pointee.pixels) { CText.write(model.pixels, to: $0) }
    info.pointee.width = Int32(clamping: model.width)
    info.pointee.multiply_adds_per_pixel = model.multiplyAddsPerPixel
  }
}
