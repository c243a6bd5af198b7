// FrameBuffers.swift - memory for the tests of the frame seams: coded planes and images between guards that must survive.
import Kernels
import PluginAPI
import Testing

/// Coded planes at odd addresses, rows further apart than they are wide, every byte between them a canary.
final class CodedFrame {
  static let canary: UInt8 = 0xA5
  let frame: FrameCase
  private let buffers: [UnsafeMutableRawBufferPointer]
  private let strides: [Int]
  private static let lead = 65  // odd on purpose

  init(_ frame: FrameCase) {
    self.frame = frame
    let strides = frame.planeSizes.map { $0.w * frame.bytesPerSample + 7 }
    self.strides = strides
    buffers = zip(frame.planeSizes, strides).map { size, stride in
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.lead + size.h * stride + 64, alignment: 64)
      buffer.initializeMemory(as: UInt8.self, repeating: Self.canary)
      return buffer
    }
  }

  deinit { buffers.forEach { $0.deallocate() } }

  var planes: sth_frame_planes {
    var planes = sth_frame_planes()
    withUnsafeMutableBytes(of: &planes.data) { bytes in
      let pointers = bytes.bindMemory(to: UnsafeMutableRawPointer?.self)
      for (i, buffer) in buffers.enumerated() { pointers[i] = buffer.baseAddress.map { $0 + Self.lead } }
    }
    withUnsafeMutableBytes(of: &planes.h_stride_bytes) { bytes in
      let fields = bytes.bindMemory(to: Int64.self)
      for (i, stride) in strides.enumerated() { fields[i] = Int64(stride) }
    }
    return planes
  }

  subscript(plane: Int, y: Int, x: Int) -> Int {
    get {
      let at = Self.lead + y * strides[plane] + x * frame.bytesPerSample
      if frame.bytesPerSample == 1 { return Int(buffers[plane][at]) }
      return Int(buffers[plane][at]) | Int(buffers[plane][at + 1]) << 8
    }
    set {
      let at = Self.lead + y * strides[plane] + x * frame.bytesPerSample
      buffers[plane][at] = UInt8(newValue & 0xff)
      if frame.bytesPerSample == 2 { buffers[plane][at + 1] = UInt8(newValue >> 8) }
    }
  }

  /// Random codes, the lowest and highest among them more often than chance.
  func fillRandomly(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for (plane, size) in frame.planeSizes.enumerated() {
      for y in 0..<size.h {
        for x in 0..<size.w {
          let roll = Int.random(in: 0..<8, using: &random)
          self[plane, y, x] = roll == 0 ? 0 : roll == 1 ? frame.top : Int.random(in: 0...frame.top, using: &random)
        }
      }
    }
  }

  func fill(_ codes: [Int]) {
    for (plane, size) in frame.planeSizes.enumerated() {
      for y in 0..<size.h { for x in 0..<size.w { self[plane, y, x] = codes[plane] } }
    }
  }

  /// The largest difference of a sample, and whether any byte that is no sample has changed on either side.
  func compare(_ other: CodedFrame) -> (largest: Int, guardsIntact: Bool) {
    var largest = 0, intact = true
    for (plane, size) in frame.planeSizes.enumerated() {
      for y in 0..<size.h {
        for x in 0..<size.w { largest = max(largest, abs(self[plane, y, x] - other[plane, y, x])) }
      }
      for (at, byte) in buffers[plane].enumerated() where !isSample(plane, at) {
        intact = intact && byte == Self.canary && other.buffers[plane][at] == Self.canary
      }
    }
    return (largest, intact)
  }

  private func isSample(_ plane: Int, _ at: Int) -> Bool {
    let size = frame.planeSizes[plane]
    guard at >= Self.lead, (at - Self.lead) / strides[plane] < size.h else { return false }
    return (at - Self.lead) % strides[plane] < size.w * frame.bytesPerSample
  }
}

/// Three planes of float32 with rows further apart than they are wide; the gaps hold a canary.
final class FloatImage {
  static let canary: Float = -12345.5
  let h: Int, w: Int
  private let stride: Int
  let values: UnsafeMutableBufferPointer<Float>

  init(h: Int, w: Int) {
    self.h = h
    self.w = w
    stride = w + 3
    values = .allocate(capacity: 3 * h * stride + 16)
    values.initialize(repeating: Self.canary)
  }

  deinit { values.deallocate() }

  var planes: sth_planes {
    sth_planes(
      data: values.baseAddress, c_stride: Int64(h * stride), h_stride: Int64(stride), c: 3, h: Int32(h), w: Int32(w),
      reserved: 0)
  }

  subscript(channel: Int, y: Int, x: Int) -> Float {
    get { values[(channel * h + y) * stride + x] }
    set { values[(channel * h + y) * stride + x] = newValue }
  }

  var guardsIntact: Bool {
    values.indices.allSatisfy { $0 < 3 * h * stride && $0 % stride < w || values[$0] == Self.canary }
  }

  /// True where every sample has the same bits.
  func isIdentical(to other: FloatImage) -> Bool {
    zip(values, other.values).allSatisfy { $0.bitPattern == $1.bitPattern }
  }
}

/// A filled table and the two seams as calls, with a workspace of exactly the size asked for between canaries.
struct FrameSeams {
  let table: sth_frame_kernels

  init(level: UInt32) {
    var table = sth_frame_kernels()
    sth_frame_kernels_fill(&table, level)
    self.table = table
  }

  static var levels: [UInt32] { KernelLevel.runnable }

  func units(_ frame: FrameCase) throws -> Int32 {
    var layout = frame.layout
    let units = try #require(table.units)
    return units(&layout)
  }

  func unpack(_ coded: CodedFrame, _ range: Range<Int32>? = nil, into image: FloatImage) throws {
    var layout = coded.frame.layout, source = coded.planes, destination = image.planes
    let parts = try range ?? 0..<units(coded.frame)
    let unpack = try #require(table.unpack)
    try withWorkspace(coded.frame) { unpack(&destination, &source, &layout, parts.lowerBound, parts.upperBound, $0) }
  }

  func pack(_ image: FloatImage, _ range: Range<Int32>? = nil, into coded: CodedFrame) throws {
    var layout = coded.frame.layout, destination = coded.planes, source = image.planes
    let parts = try range ?? 0..<units(coded.frame)
    let pack = try #require(table.pack)
    try withWorkspace(coded.frame) { pack(&destination, &source, &layout, parts.lowerBound, parts.upperBound, $0) }
  }

  private func withWorkspace(_ frame: FrameCase, _ body: (UnsafeMutableRawPointer) -> Void) throws {
    var layout = frame.layout
    let workspaceBytes = try #require(table.workspace_bytes)
    let bytes = Int(workspaceBytes(&layout))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes + 128, alignment: 64)
    defer { buffer.deallocate() }
    buffer.initializeMemory(as: UInt8.self, repeating: 0xff)  // every float in it a NaN
    let base = try #require(buffer.baseAddress)
    body(base + 64)
    #expect(buffer.prefix(64).allSatisfy { $0 == 0xff } && buffer.suffix(64).allSatisfy { $0 == 0xff })
  }
}
