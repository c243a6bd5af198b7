// Pieces of a page that needs nothing but itself.
import Foundation

enum HTML {
  /// A text that means nothing but itself inside of a page.
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// A JPEG file inside of the page.
  static func picture(_ jpeg: [UInt8], _ words: String) -> String {
    "<img src=\"data:image/jpeg;base64,\(Data(jpeg).base64EncodedString())\" alt=\"\(escaped(words))\">"
  }

  /// Rows of two columns.
  static func table(_ facts: [TrainingFact]) -> String {
    let rows = facts.map { "<tr><th>\(escaped($0.name))</th><td>\(escaped($0.value))</td></tr>" }
    return "<table>\n\(rows.joined(separator: "\n"))\n</table>"
  }

  /// A page.
  static func page(title: String, _ body: [String]) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(escaped(title))</title>
    <style>
    body { font: 15px/1.45 system-ui, sans-serif; color: #222; background: #fff; max-width: 900px; margin: 2em auto; padding: 0 1em; }
    h1 { font-size: 1.6em; margin: 0 0 .2em; } h2 { font-size: 1.15em; margin: 2em 0 .6em; }
    p.lead { margin: 0; color: #555; }
    svg { width: 100%; height: auto; display: block; } svg text { font-size: 12px; fill: #555; }
    polyline { fill: none; stroke-width: 1.6; stroke-linejoin: round; } .grid { stroke: #e4e4e4; } .frame { fill: none; stroke: #bbb; }
    .key { margin-right: 1.4em; white-space: nowrap; } .key i { display: inline-block; width: 1.6em; height: 3px; margin-right: .4em; vertical-align: middle; }
    .row { display: flex; gap: 8px; align-items: center; margin-bottom: 8px; } .row b { flex: 0 0 6em; font-weight: 600; text-align: right; }
    .row div { flex: 1 1 0; min-width: 0; } img { max-width: 100%; height: auto; display: block; border-radius: 3px; }
    table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: .18em 1.2em .18em 0; } th { font-weight: 600; white-space: nowrap; }
    td { overflow-wrap: anywhere; } pre { background: #f5f5f5; padding: .8em; overflow-x: auto; white-space: pre-wrap; border-radius: 4px; }
    </style>
    </head>
    <body>
    \(body.joined(separator: "\n"))
    </body>
    </html>

    """
  }
}
