// The shortest way to a per-pixel effect: one function that is called for every row, on all of the host's threads.

/// A plugin whose pixels do not depend on other rows' results: it writes the rows, the host's threads share them.
public protocol RowPlugin: AnyObject, StylePlugin {
  /// Writes row `y` of `frame.output`, all three planes. Rows run at the same time on several threads: only read `self`.
  func process(row y: Int, of frame: Frame)
}

extension RowPlugin {
  /// Calls `process(row:of:)` for every row of the output.
  public func process(_ frame: Frame) throws(PluginError) {
    let loop = RowLoop(plugin: self, frame: frame)
    // SAFETY: `loop` lives on this stack frame until parallel_for has returned, and parallel_for returns when all parts are
    // done. Nothing is copied to the heap: the existential of a class is a pair of words.
    withUnsafePointer(to: loop) { pointer in
      frame.host.parallelFor(
        count: frame.output.height, grain: RowLoop.grain(width: frame.output.width),
        body: { argument, begin, end, _ in
          guard let argument else { return }
          let loop = argument.assumingMemoryBound(to: RowLoop.self)
          for y in Int(begin)..<Int(end) { loop.pointee.plugin.process(row: y, of: loop.pointee.frame) }
        }, argument: UnsafeMutableRawPointer(mutating: pointer))
    }
  }
}

/// What a part of the loop over rows needs.
private struct RowLoop {
  let plugin: any RowPlugin
  let frame: Frame

  /// Rows per part: about 64 Ki pixels, enough to make the hand-over cheap. It must not depend on the number of threads.
  static func grain(width: Int) -> Int { max(1, 65_536 / max(1, width)) }
}
