// The order in which a run takes the steps of a plan: each once, or in sweeps over the picture band by band.
import Glibc
import PluginAPI

/// One leg of a run.
enum Leg {
  /// Some units of a step.
  case run(step: Int, units: Range<Int>)
  /// The window's rows from now on begin at `kept`, the first of which are moved there; its memory begins at `offset`.
  case slide(window: Int, offset: Int, first: Int, kept: Range<Int>)
  /// Rows of a buffer in the scratch file that are not needed in memory for now.
  case release(place: Int, rows: Range<Int>)
  /// The same of the caller's image, if it lies in a scratch file.
  case releaseImage(slot: Int, rows: Range<Int>)
}

/// Rows of a buffer in memory.
struct RowMemory {
  /// Planes, or blocks of channels.
  let planes: Int
  let planeBytes: Int
  let rowBytes: Int
}

/// All legs of a run, and the memory they speak of.
struct Course {
  let legs: [Leg]
  /// Not each step once.
  let isSwept: Bool
  /// By number of the window.
  let windows: [RowMemory]
  /// Buffers in the scratch file, and where each begins.
  let places: [(offset: Int, memory: RowMemory)]

  /// Every step once.
  init(_ program: PlanProgram) {
    legs = program.steps.indices.map { .run(step: $0, units: 0..<Int(program.steps[$0].units)) }
    (isSwept, windows, places) = (false, [], [])
  }

  /// Sweeps.
  init(legs: [Leg], windows: [RowMemory], places: [(offset: Int, memory: RowMemory)]) {
    (self.legs, isSwept, self.windows, self.places) = (legs, true, windows, places)
  }
}

extension PlanProgram {
  /// Moves rows to the start of a window's memory and has all calls look at it there.
  func slide(_ window: Int, _ memory: RowMemory, at start: UnsafeMutableRawPointer, first: Int, kept: Range<Int>) {
    if !kept.isEmpty && kept.lowerBound > first {
      for plane in 0..<memory.planes {
        let rows = start + plane * memory.planeBytes
        memmove(rows, rows + (kept.lowerBound - first) * memory.rowBytes, kept.count * memory.rowBytes)
      }
    }
    // SAFETY: an address of row 0, which need not exist; kernels add the offset of a row that does.
    let origin = UnsafeMutableRawPointer(bitPattern: Int(bitPattern: start) - kept.lowerBound * memory.rowBytes)
    let followers = windowFollowers[window]
    for index in followers.indices { followers[index].pointee.data = origin }
  }
}

extension RowMemory {
  /// Lets go of rows in a scratch file.
  func release(_ rows: Range<Int>, from base: UnsafeMutableRawPointer) {
    for plane in 0..<planes {
      ScratchSpace.release(base + plane * planeBytes + rows.lowerBound * rowBytes, bytes: rows.count * rowBytes)
    }
  }
}
