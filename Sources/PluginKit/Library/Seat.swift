// Where a type of plugin sits in its library: four C functions of the contract get neither an instance nor any other
// context, so each type has four of its own.
import PluginAPI

/// The C functions that must know their type of plugin without being told: they know their number.
struct Seat {
  let create:
    @convention(c) (
      UnsafePointer<sth_host>?, UnsafePointer<sth_params>?, UnsafeMutablePointer<OpaquePointer?>?,
      UnsafeMutablePointer<sth_error>?
    ) -> sth_status
  let getExtension: @convention(c) (UnsafePointer<CChar>?) -> UnsafeRawPointer?
  let identify:
    @convention(c) (
      UnsafePointer<sth_weights_api>?, OpaquePointer?, UnsafeMutablePointer<sth_model_info>?,
      UnsafeMutablePointer<sth_error>?
    ) -> sth_status
  let describeFresh:
    @convention(c) (
      Int32, UnsafeMutablePointer<sth_model_info>?, sth_fresh_visit?, UnsafeMutableRawPointer?,
      UnsafeMutablePointer<sth_error>?
    ) -> sth_status

  /// A library holds one plugin, so one seat would do; the test program holds all plugins of the house.
  static let all = [
    Seat(
      create: { TypeFunctions.create(0, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(0, $0) },
      identify: { TypeFunctions.identify(0, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(0, $0, $1, $2, $3, $4) }),
    Seat(
      create: { TypeFunctions.create(1, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(1, $0) },
      identify: { TypeFunctions.identify(1, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(1, $0, $1, $2, $3, $4) }),
    Seat(
      create: { TypeFunctions.create(2, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(2, $0) },
      identify: { TypeFunctions.identify(2, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(2, $0, $1, $2, $3, $4) }),
    Seat(
      create: { TypeFunctions.create(3, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(3, $0) },
      identify: { TypeFunctions.identify(3, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(3, $0, $1, $2, $3, $4) }),
    Seat(
      create: { TypeFunctions.create(4, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(4, $0) },
      identify: { TypeFunctions.identify(4, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(4, $0, $1, $2, $3, $4) }),
    Seat(
      create: { TypeFunctions.create(5, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(5, $0) },
      identify: { TypeFunctions.identify(5, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(5, $0, $1, $2, $3, $4) }),
    Seat(
      create: { TypeFunctions.create(6, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(6, $0) },
      identify: { TypeFunctions.identify(6, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(6, $0, $1, $2, $3, $4) }),
    Seat(
      create: { TypeFunctions.create(7, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(7, $0) },
      identify: { TypeFunctions.identify(7, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(7, $0, $1, $2, $3, $4) }),
    Seat(
      create: { TypeFunctions.create(8, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(8, $0) },
      identify: { TypeFunctions.identify(8, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(8, $0, $1, $2, $3, $4) }),
    Seat(
      create: { TypeFunctions.create(9, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(9, $0) },
      identify: { TypeFunctions.identify(9, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(9, $0, $1, $2, $3, $4) }),
    Seat(
      create: { TypeFunctions.create(10, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(10, $0) },
      identify: { TypeFunctions.identify(10, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(10, $0, $1, $2, $3, $4) }),
    Seat(
      create: { TypeFunctions.create(11, $0, $1, $2, $3) }, getExtension: { TypeFunctions.table(11, $0) },
      identify: { TypeFunctions.identify(11, $0, $1, $2, $3) },
      describeFresh: { TypeFunctions.describeFresh(11, $0, $1, $2, $3, $4) }),
  ]
}
