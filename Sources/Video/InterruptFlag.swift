// How a blocked read or write is told to give up.
import CFFmpeg
import Synchronization

/// A flag that ends blocking reads and writes soon (within about 0.1 s) after it is set. Safe to set from any thread and from a
/// signal handler; one flag may serve several readers and writers.
public final class InterruptFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A flag that is not set.
  public init() {}

  /// Ends blocking reads and writes from now on.
  public func set() { flag.store(true, ordering: .releasing) }

  /// Makes the flag usable again, for example to let a writer write its trailer after the reader was interrupted.
  public func clear() { flag.store(false, ordering: .releasing) }

  /// Whether the flag is set.
  public var isSet: Bool { flag.load(ordering: .acquiring) }

  /// The flag in the form libavformat polls. The flag must outlive the context that gets it.
  var callback: AVIOInterruptCB {
    AVIOInterruptCB(
      callback: { opaque in
        guard let opaque else { return 0 }
        // SAFETY: the pointer is the flag of a reader or writer, which keeps the flag alive longer than its contexts.
        return Unmanaged<InterruptFlag>.fromOpaque(opaque).takeUnretainedValue().isSet ? 1 : 0
      },
      opaque: Unmanaged.passUnretained(self).toOpaque())
  }
}
