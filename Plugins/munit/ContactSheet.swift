// Several pictures of a size as one.
import PluginKit

/// Pictures row by row on a grid as near to a square as their number allows; places that are left over stay empty at the end.
struct ContactSheet {
  /// How many pictures.
  let count: Int
  let columns, rows: Int

  init(pictures count: Int) {
    self.count = count
    columns = (1...).first { $0 * $0 >= count } ?? count
    rows = (count + columns - 1) / columns
  }

  /// Fills the places that are left over.
  func clear(_ sheet: MutableImage, to value: Float) {
    guard count < columns * rows else { return }
    let (height, width) = (sheet.height / rows, sheet.width / columns)
    for plane in 0..<sheet.channels {
      for y in (rows - 1) * height..<sheet.height {
        let row = sheet.row(y, plane: plane)
        for x in (count - (rows - 1) * columns) * width..<row.count { row[x] = value }
      }
    }
  }

  /// Lends the place of picture `i`.
  func withPlace(
    _ i: Int, in sheet: MutableImage, _ body: (MutableImage) throws(PluginError) -> Void
  ) throws(PluginError) {
    let (height, width) = (sheet.height / rows, sheet.width / columns)
    try sheet.withPart(
      top: i / columns * height, left: i % columns * width, height: height, width: width, body)
  }
}
