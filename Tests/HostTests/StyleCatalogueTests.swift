// StyleCatalogueTests.swift - where styles are looked for, and what they are called.

import Foundation
import PluginAPI
import TestFolders
import Testing

@testable import Host

@Suite("the catalogue of styles") struct StyleCatalogueTests {
  /// A folder with empty files of these names.
  private func folder(_ names: [String]) throws -> String {
    let folder = try Scratch.lasting()
    for name in names { try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
    return folder
  }

  @Test("a person's folders come first, then the checkout, what is installed beside the program, the data folders")
  func searchOrder() {
    let order = StyleCatalogue.searchOrder(
      executable: "/opt/stylehost/bin/stylehost", checkout: "/src",
      environment: ["STYLEHOST_STYLE_PATH": "/a:b", "XDG_DATA_HOME": "/home/me/data"])
    #expect(
      order == [
        "/a", "b", "/home/me/data/stylehost/styles", "/src/Styles", "/opt/stylehost/share/stylehost/styles",
        "/usr/local/share/stylehost/styles", "/usr/share/stylehost/styles",
      ])
  }

  @Test("any model file is a style by its name without the ending; the first of two with one name is meant")
  func names() throws {
    let first = try folder(["wave.safetensors", "ship.pth.tar", "read.me", "photo.jpg", ".hidden.safetensors"])
    let second = try folder(["wave.onnx", "old.T7", "features.safetensors"])
    try FileManager.default.createDirectory(atPath: second + "/folder.bin", withIntermediateDirectories: false)
    let catalogue = StyleCatalogue(folders: [first, "/nowhere", second])
    #expect(catalogue.models().map(\.id) == ["features", "old", "ship", "wave"])
    #expect(catalogue.path(of: "wave") == first + "/wave.safetensors")
    #expect(catalogue.path(of: "ship") == first + "/ship.pth.tar")
    #expect(catalogue.path(of: "photo") == nil)
    #expect(catalogue.photo == first + "/photo.jpg" && catalogue.features == second + "/features.safetensors")
  }

  @Test("a parameter whose default is a file of the host's has no value where that is missing")
  func bundled() throws {
    let parameter = try declared(STH_PARAM_PATH, STH_PARAM_BUNDLED, default: "features.safetensors")
    let here = try folder(["features.safetensors"])
    #expect(
      parameter.defaultValue(StyleCatalogue(folders: [here])) == .text(here + "/features.safetensors"))
    #expect(parameter.defaultValue(StyleCatalogue(folders: [])) == .text(nil))
    #expect(parameter.defaultDescription == "features.safetensors")
  }

  @Test(
    "a parameter that says so without a name, with a path, of another kind or as required is refused",
    arguments: [
      (STH_PARAM_PATH, STH_PARAM_BUNDLED, nil), (STH_PARAM_PATH, STH_PARAM_BUNDLED, "../x"),
      (STH_PARAM_STRING, STH_PARAM_BUNDLED, "x"), (STH_PARAM_PATH, STH_PARAM_BUNDLED | STH_PARAM_REQUIRED, "x"),
    ] as [(UInt32, UInt32, String?)])
  func refused(kind: UInt32, flags: UInt32, text: String?) {
    let error = #expect(throws: HostError.self) { try declared(kind, flags, default: text) }
    #expect(error?.description.contains("marked as a file of the host's") == true, "\(error?.description ?? "")")
  }

  @Test("a style needs what has no default and is not its model")
  func needs() throws {
    let model = try declared(STH_PARAM_PATH, STH_PARAM_REQUIRED | STH_PARAM_MODEL, default: nil)
    let picture = try declared(STH_PARAM_IMAGE, STH_PARAM_REQUIRED, default: nil)
    let word = try declared(STH_PARAM_STRING, STH_PARAM_REQUIRED, default: nil)
    let other = try declared(STH_PARAM_STRING, 0, default: "calm")
    #expect(StyleListing.needs([model, other]) == nil)
    #expect(StyleListing.needs([model, picture, other, word]) == "net=FILE,net=VALUE")
  }

  /// What the host makes of a parameter `net`.
  private func declared(_ kind: UInt32, _ flags: UInt32, default text: String?) throws -> ParameterInfo {
    var row = sth_param()
    row.struct_size = UInt32(MemoryLayout<sth_param>.size)
    (row.kind, row.flags) = (kind, flags)
    return try "net".withCString { key in
      (row.key, row.label, row.help) = (key, key, key)
      guard let text else { return try ParameterInfo(checking: &row, number: 0) }
      return try text.withCString {
        row.default_text = $0
        return try ParameterInfo(checking: &row, number: 0)
      }
    }
  }
}
