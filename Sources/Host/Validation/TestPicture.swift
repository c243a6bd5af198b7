// TestPicture.swift - pictures for validation: reproducible noise in, canaries round what comes out.

import PluginAPI

/// A picture in the middle of a larger memory whose every other byte is a canary.
final class TestPicture {
  private let buffer: ImageBuffer
  /// The picture: planes 1, 2, 3 of the buffer's 5.
  let image: UnsafeMutablePointer<sth_image>
  private static let canary: UInt32 = 0x7fc0_dead

  /// All canary: a pixel that is not written stays a NaN.
  init(h: Int, w: Int) throws(HostError) {
    buffer = try ImageBuffer(c: 5, h: h, w: w)
    buffer.bytes.bindMemory(to: UInt32.self).update(repeating: TestPicture.canary)
    image = UnsafeMutablePointer<sth_image>.allocate(capacity: 1)
    var inner = buffer.image.pointee
    inner.c = 3
    inner.data = buffer.row(c: 1, y: 0).baseAddress
    image.initialize(to: inner)
  }

  deinit { image.deallocate() }

  /// Noise between black and white and a little beyond; the same for the same seed and size.
  func fill(seed: UInt64, black: Float, white: Float) {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    forEachRow { row in
      for x in row.indices {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        let unit = Float(state >> 40) / Float(1 << 24) * 1.1 - 0.05
        row[x] = black + unit * (white - black)
      }
    }
  }

  /// The pixels without padding.
  func pixels() -> [Float] {
    var result: [Float] = []
    forEachRow { result.append(contentsOf: $0) }
    return result
  }

  /// What is wrong with a picture a plugin has written; nil where nothing is.
  func flaw() -> String? {
    var bad: String?
    var place = 0
    forEachRow { row in
      if bad == nil, let x = row.firstIndex(where: { !$0.isFinite }) {
        let isUntouched = row[x].bitPattern == TestPicture.canary
        bad =
          "pixel \(x) of row \(place % buffer.h), plane \(place / buffer.h) \(isUntouched ? "was not written" : "is \(row[x])")"
      }
      place += 1
    }
    return bad ?? (bordersAreIntact ? nil : "memory beyond the picture was written")
  }

  private var bordersAreIntact: Bool {
    let words = buffer.bytes.bindMemory(to: UInt32.self)
    let stride = Int(buffer.image.pointee.h_stride_bytes) / 4
    let plane = Int(buffer.image.pointee.c_stride_bytes) / 4
    for c in 0..<5 {
      for index in 0..<plane {
        let isPixel = (1...3).contains(c) && index < stride * buffer.h && index % stride < buffer.w
        if !isPixel, words[c * plane + index] != TestPicture.canary { return false }
      }
    }
    return true
  }

  private func forEachRow(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    for c in 1...3 {
      for y in 0..<buffer.h { body(buffer.row(c: c, y: y)) }
    }
  }
}
