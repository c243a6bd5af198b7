// StylesListCommand.swift - `stylehost styles list`.

import ArgumentParser
import Foundation
import Host

/// All styles that were found, as a table, as JSON or as a picture.
struct StylesListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the styles that run by their name, and shows what they do.",
    discussion: """
      A style is a model file in one of these folders; its name is that of the file without the ending, and the first of two with \
      one name is taken: those of STYLEHOST_STYLE_PATH (':' between), $XDG_DATA_HOME/stylehost/styles (by default \
      ~/.local/share/stylehost/styles), Styles in the checkout that the program was built in, ../share/stylehost/styles beside \
      the executable's folder, /usr/local/share/stylehost/styles, /usr/share/stylehost/styles.

      A style that needs more than its id, such as a picture whose style it takes, says so in the last column; a sheet leaves it out.

      EXAMPLES:
        stylehost styles list
        stylehost styles list --sheet styles.png --photo holiday.jpg
        stylehost -s starry-night-realtime holiday.mp4 out.mp4
      """)

  @Flag(help: "One JSON array: id, preset, plugin, path, title, licence, needs.") var json = false
  @Option(
    help: ArgumentHelp(
      "Paint a photo in every style, write all of them side by side into one picture, and say which is where.",
      valueName: "file")) var sheet: String?
  @Option(help: ArgumentHelp("The photo of --sheet; by default one that comes with the program.", valueName: "file"))
  var photo: String?
  @Flag(name: .customShort("y"), help: "Overwrite an existing sheet.") var overwrite = false
  @OptionGroup var resources: ResourceArguments
  @OptionGroup var search: SearchOptions

  func run() throws {
    if json, sheet != nil { throw HostError(.usage, "--sheet says which picture is which: leave --json out") }
    if photo != nil, sheet == nil { throw HostError(.usage, "--photo is what a sheet shows: add --sheet FILE") }
    try resources.check()
    let output = try PrivateOutput.claim()
    CrashReporter.install()
    let (log, library, catalogue) = (HostLog(), search.library, StyleCatalogue())
    let (styles, warnings) = catalogue.listings(library)
    for warning in warnings { log.say(.warning, warning) }
    guard !json else { return try PrivateOutput.write(JSONText.make(styles), to: output) }
    guard !styles.isEmpty else {
      throw HostError(
        .plugin,
        "no style was found in \(catalogue.folders.joined(separator: ", ")): name a folder in STYLEHOST_STYLE_PATH")
    }
    guard let sheet else { return try PrivateOutput.write(StylesListCommand.table(styles), to: output) }
    guard let photo = photo ?? catalogue.photo else {
      throw HostError(.usage, "no photo comes with this installation: give one as --photo FILE")
    }
    let rows = try ContactSheet(photo: photo, resources.services(log), library)
      .draw(styles, to: sheet, overwrite: overwrite)
    try PrivateOutput.write(StylesListCommand.legend(rows, of: sheet), to: output)
  }

  /// A line for each style under a line that says what is what; the last column says what a style needs, too.
  private static func table(_ styles: [StyleListing]) -> String {
    let rows = styles.map { style in
      let plugin = style.plugin + (style.needs.map { ", needs \($0)" } ?? "")
      return [style.id, style.preset ?? "-", style.title, style.licence ?? "-", plugin]
    }
    let lines = [["ID", "PRESET", "TITLE", "LICENCE", "PLUGIN"]] + rows.map { $0.map(cell) }
    let widths = (0..<5).map { column in lines.map { $0[column].count }.max() ?? 0 }
    let table = lines.map { line in
      let padded = zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return padded.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }
    let example = styles.first { $0.needs == nil } ?? styles[0]
    let more = example.needs.map { ":\($0)" } ?? ""
    let use = "\nUse one by its id: stylehost -s \(cell(example.id))\(more) in.mp4 out.mp4"
    return (table + [use]).joined(separator: "\n") + "\n"
  }

  /// A text that fits into a line: what a file says of itself may be long, or written to fool a terminal.
  private static func cell(_ text: String) -> String {
    let unseen: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator]
    let plain = text.unicodeScalars.map { unseen.contains($0.properties.generalCategory) ? " " : Character($0) }
    return plain.count > 60 ? String(plain.prefix(57)) + "..." : String(plain)
  }

  /// Which panel is which.
  private static func legend(_ rows: [[String?]], of sheet: String) -> String {
    let lines = rows.enumerated().map { number, names in
      "  row \(number + 1): " + names.map { $0.map(cell) ?? "the photo" }.joined(separator: ", ")
    }
    return (["\(sheet), from left to right:"] + lines).joined(separator: "\n") + "\n"
  }
}
