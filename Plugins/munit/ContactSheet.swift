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

  /// Copies picture `i` to its place.
  func place(_ picture: Image, _ i: Int, in sheet: MutableImage) {
    let (top, left) = (i / columns * picture.height, i % columns * picture.width)
    for plane in 0..<picture.channels {
      for y in 0..<picture.height {
        let (from, to) = (picture.row(y, plane: plane), sheet.row(top + y, plane: plane))
        for x in 0..<picture.width { to[left + x] = from[x] }
      }
    }
  }
}
