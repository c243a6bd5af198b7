// What happens on the way to a picture, in files that people look at afterwards.
import Glibc
import PluginKit

/// A folder of losses, one CSV a frame, and of pictures.
final class Trace {
  private let folder: String
  private let every: Int

  /// Makes the folder where it is not there. Throws `badParameter` where it cannot be written to.
  init(folder: String, every: Int) throws(PluginError) {
    let folder = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    if mkdir(folder, 0o777) != 0, errno != EEXIST {
      throw PluginError(
        .badParameter, "trace=\(folder): the folder cannot be made: \(String(cString: strerror(errno)))")
    }
    guard access(folder, W_OK | X_OK) == 0 else {
      throw PluginError(.badParameter, "trace=\(folder): cannot write there: \(String(cString: strerror(errno)))")
    }
    (self.folder, self.every) = (folder, every)
  }

  /// Begins with a size of a frame: the first one, level 1, writes a new table.
  func begin(
    frame: Int, level: Int, size: (height: Int, width: Int), parts: [String]
  ) throws(PluginError) -> LevelTrace {
    let digits = String(frame)
    let name = "\(folder)/frame-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    var header = "level,width,height,evaluation,seconds,loss"
    for part in parts { header += "," + part }
    guard let table = OpenFile("\(name).csv", appending: level > 1) else {
      throw PluginError(.badParameter, "cannot write \(name).csv: \(String(cString: strerror(errno)))")
    }
    if level == 1 { table.write(header + "\n") }
    return LevelTrace(table: table, name: "\(name)-\(level)", level: level, size: size, every: every)
  }
}

/// The rows and pictures of one size of a frame.
final class LevelTrace {
  private let table: OpenFile
  private let name: String
  private let level: Int
  private let size: (height: Int, width: Int)
  private let every: Int
  private let began = ContinuousClock.now

  fileprivate init(table: OpenFile, name: String, level: Int, size: (height: Int, width: Int), every: Int) {
    (self.table, self.name, self.level, self.size, self.every) = (table, name, level, size, every)
  }

  /// One evaluation, counted from 1.
  func note(_ evaluation: Int, _ loss: Double, _ parts: [Float], _ x: [Float]) {
    let milliseconds = Int(began.duration(to: .now) / .milliseconds(1))
    var line = "\(level),\(size.width),\(size.height),\(evaluation),\(Double(milliseconds) / 1000),\(loss)"
    for part in parts { line += ",\(part)" }
    table.write(line + "\n")
    if every > 0, evaluation == 1 || evaluation % every == 0 { picture(evaluation, x) }
  }

  /// A PPM of [3][h][w] values 0...255.
  private func picture(_ evaluation: Int, _ x: [Float]) {
    let digits = String(evaluation)
    let path = "\(name)-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + ".ppm"
    guard let file = OpenFile(path, appending: false) else { return }
    let pixels = size.height * size.width
    var bytes = Array("P6\n\(size.width) \(size.height)\n255\n".utf8)
    bytes.reserveCapacity(bytes.count + 3 * pixels)
    for i in 0..<pixels {
      for plane in 0..<3 { bytes.append(UInt8(min(max(x[plane * pixels + i], 0), 255).rounded())) }
    }
    file.write(bytes)
  }
}

/// A file that is closed when nobody holds it any more.
private final class OpenFile {
  private let file: UnsafeMutablePointer<FILE>

  init?(_ path: String, appending: Bool) {
    guard let file = fopen(path, appending ? "a" : "w") else { return nil }
    self.file = file
  }

  deinit { fclose(file) }

  func write(_ text: String) { write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) { fwrite(bytes, 1, bytes.count, file) }
}
