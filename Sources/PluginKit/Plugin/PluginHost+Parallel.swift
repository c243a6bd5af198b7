// Loops over the host's threads. Plugins create no threads of their own.
import PluginAPI

/// A loop's body as an object: what `process` uses, because calling it allocates nothing.
public protocol ParallelLoop: AnyObject {
  /// Does the part `range`. `worker`, 0 ..< `PluginHost.workerCount`, belongs to this call alone while it runs.
  func run(_ range: Range<Int>, worker: Int)
}

extension PluginHost {
  /// Does all of 0 ..< `count` in parts of `grain` >= 1 and returns when all are done. Parts run at the same time.
  /// Allocates nothing. Not to be called from inside a part.
  public func parallelFor(count: Int, grain: Int, _ loop: any ParallelLoop) {
    // SAFETY: `loop` stays on this stack frame until parallel_for has returned; parts only read it.
    withUnsafePointer(to: loop) { pointer in
      parallelFor(
        count: count, grain: grain,
        body: { argument, begin, end, worker in
          argument?.assumingMemoryBound(to: (any ParallelLoop).self).pointee.run(
            Int(begin)..<Int(end), worker: Int(worker))
        }, argument: UnsafeMutableRawPointer(mutating: pointer))
    }
  }

  /// The same with a closure, which costs one small allocation: for `init` and `activate`.
  public func parallelFor(count: Int, grain: Int, _ body: (Range<Int>, Int) -> Void) {
    // SAFETY: parallel_for calls the body only before it returns, so the closure does not escape.
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: ClosureLoop(body: body)) { pointer in
        parallelFor(
          count: count, grain: grain,
          body: { argument, begin, end, worker in
            argument?.assumingMemoryBound(to: ClosureLoop.self).pointee.body(Int(begin)..<Int(end), Int(worker))
          }, argument: UnsafeMutableRawPointer(mutating: pointer))
      }
    }
  }

  /// The contract's own form. Where the host has no loop, everything runs here.
  func parallelFor(count: Int, grain: Int, body: sth_parallel_body, argument: UnsafeMutableRawPointer?) {
    guard count > 0 else { return }
    guard let parallelFor = raw.pointee.parallel_for else { return body(argument, 0, Int64(count), 0) }
    parallelFor(raw, Int64(count), Int64(max(1, grain)), body, argument)
  }
}

private struct ClosureLoop {
  let body: (Range<Int>, Int) -> Void
}
