// StyleCatalogue.swift - where styles lie that run by their name: those that come with the program, and a person's own.

import Foundation

/// Folders of model files, and what else comes with the program. A style's name is that of its file without the ending; of two with one
/// name the first is meant.
public struct StyleCatalogue: Sendable {
  /// Where it looks, first wins.
  public let folders: [String]

  /// The styles of some folders, or of this machine.
  public init(folders: [String] = StyleCatalogue.searchOrder()) { self.folders = folders }

  /// The search order, a person's own folders first: STYLEHOST_STYLE_PATH (':' between) > $XDG_DATA_HOME/stylehost/styles > Styles in the
  /// checkout that the program was built in > ../share/stylehost/styles beside the executable's folder > /usr/local/share/stylehost/styles >
  /// /usr/share/stylehost/styles.
  public static func searchOrder(
    executable: String = ProgramFiles.executable, checkout: String? = ProgramFiles.checkout,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String] {
    let named = (environment["STYLEHOST_STYLE_PATH"] ?? "").split(separator: ":").map(String.init)
    let prefix = PathText.folder(PathText.folder(executable))
    return named + [ProgramFiles.dataFolder(environment) + "/styles"]
      + [checkout.map { $0 + "/Styles" }].compactMap(\.self)
      + [prefix + "/share/stylehost/styles", "/usr/local/share/stylehost/styles", "/usr/share/stylehost/styles"]
  }

  /// A file of this name in one of the folders: a network that plugins use, a picture.
  public func file(named name: String) -> String? {
    folders.lazy.map { PathText.join($0, name) }.first(where: StyleSpec.isFile)
  }

  /// The small VGG by whose features pictures are compared where a person names no other.
  public var features: String? { file(named: StyleCatalogue.featuresName) }

  /// Of whatever VGG a person has put there, too: none of them is a style.
  static let featuresName = "features.safetensors"

  /// The photo that styles are shown on where a person names no other.
  public var photo: String? { file(named: "photo.jpg") }

  /// The file of a style, or nil where there is none of this name.
  public func path(of id: String) -> String? { models().first { $0.id == id }?.path }

  /// Every model file with its name, sorted by name; what is in it is not looked at.
  func models() -> [(id: String, path: String)] {
    var seen: Set<String> = []
    let found = folders.flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter { !$0.hasPrefix(".") && StyleCatalogue.isModel($0) }.sorted()
        .map { (id: StyleCatalogue.id($0), path: PathText.join(folder, $0)) }
    }
    return found.filter { StyleSpec.isFile($0.path) && seen.insert($0.id).inserted }.sorted { $0.id < $1.id }
  }

  private static func isModel(_ name: String) -> Bool {
    StyleSpec.modelExtensions.contains(PathText.ending(name).lowercased())
  }

  /// "mosaic" of "mosaic.pth.tar".
  private static func id(_ name: String) -> String { isModel(name) ? id(PathText.stem(name)) : name }
}
