// ImageBuffer+Blocks.swift - rows of a picture in blocks of eight values, for loops that are worth it.

/// Eight values beside each other.
typealias Block = SIMD8<Float>

extension ImageBuffer {
  /// One row of one plane in blocks. The last block reaches into the padding of the row, which holds anything and may be overwritten.
  func blocks(c: Int, y: Int) -> UnsafeMutableBufferPointer<Block> {
    // SAFETY: every row starts on 64 bytes and has room up to a multiple of 16 values; nobody else is in a row meanwhile.
    let row = UnsafeMutableRawPointer(self.row(c: c, y: y).baseAddress)
    return UnsafeMutableBufferPointer(start: row?.assumingMemoryBound(to: Block.self), count: blocksPerRow)
  }

  /// Blocks of one row.
  var blocksPerRow: Int { (w + Block.scalarCount - 1) / Block.scalarCount }
}
