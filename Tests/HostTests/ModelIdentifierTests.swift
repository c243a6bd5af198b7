// ModelIdentifierTests.swift - which plugin takes a model file, what is said where none does, and the parts of one network.

import TestFolders
import Testing
import Weights

@testable import Host

@Suite("identifying models", .serialized)
struct ModelIdentifierTests {
  let scratch: Scratch
  let library: PluginLibrary

  init() throws {
    scratch = try Scratch()
    // In the search order the plugin that is further from running a file comes first.
    let folders = [
      try PluginFixture.folder(["knows"], flags: "-DNEAR=0"), try PluginFixture.folder(["knows"], flags: "-DNEAR=1"),
    ]
    library = PluginLibrary(
      folders: folders.map { PluginFolder(path: $0) }, executable: PluginFixture.executable,
      cacheFolder: try Scratch.lasting(), scanLimit: .seconds(5))
  }

  /// A model file with tensors of these names.
  private func model(_ names: [String], _ metadata: [String: String] = [:], file: String = "m") throws -> String {
    let path = scratch.path("\(file).safetensors")
    let tensors = try names.map { try NamedTensor(name: $0, shape: [1], floats: [1]) }
    try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
    return path
  }

  private func identify(_ path: String) throws -> IdentifiedModel {
    try ModelIdentifier(library).identify(try WeightFile.open(path: path))
  }

  @Test("a plugin that runs a file wins over one before it that only knows it")
  func runs() throws {
    let model = try identify(try model(["a", "b", "c"]))
    #expect(model.plugin.info.id == "near" && model.architecture == "near net" && model.width == 8)
  }

  @Test("where none runs it, each that knows it says why, the one that looked at most of it first")
  func refusals() throws {
    let path = try model(["a", "b"])
    let error = #expect(throws: HostError.self) { try identify(path) }
    #expect(
      error?.description
        == "no plugin runs \(path) as it is; near: tensor 'c' is missing; far: tensor 'x' is missing")
    #expect(error?.exitCode == 3)
    let strange = try model(["q"])
    #expect(throws: HostError(.plugin, "no plugin knows the network in \(strange) (asked: far, near)")) {
      try identify(strange)
    }
    let named = try model(["a"], ["stylehost.plugin": "far"])
    #expect(throws: HostError(.plugin, "cannot use model \(named): plugin 'far': tensor 'x' is missing")) {
      try identify(named)
    }
  }

  @Test("a style that refuses its model says which plugin would take it")
  func advice() throws {
    let services = try ComputeServices(threads: 1)
    let (right, wrong) = (try model(["a", "b", "c"], file: "right"), try model(["q"], file: "wrong"))
    func start(_ text: String) -> HostError? {
      #expect(throws: HostError.self) {
        let style = try StyleResolver(library).resolve(try StyleSpec(parsing: text))
        _ = try ModelIdentifier(library).advising([style]) { () throws(HostError) in
          try StyleChain.start([style], services)
        }
      }
    }
    let refusal = "plugin 'far' cannot start: cannot load it"
    #expect(
      start("far:model=\(right)")?.description
        == "\(refusal); right.safetensors is a model of another plugin (near net): write -s near:model=\(right)")
    #expect(start("far:model=\(wrong)")?.description == refusal)
    // Already the plugin it is meant for: nothing better can be said.
    #expect(start("near:model=\(right)")?.description == "plugin 'near' cannot start: cannot load it")
  }

  @Test("parts become one file, each under its name, and the whole must be a network")
  func parts() throws {
    let (first, second) = (try model(["a", "b"], ["license": "MIT"], file: "first"), try model(["c"], file: "second"))
    let target = scratch.path("whole.safetensors")
    func convert(_ sources: [String]) throws -> ModelConversion.Summary {
      try ModelConversion.convert(
        sources.map { ModelSource(parsing: $0) }, to: target, title: nil, overwrite: true, library)
    }
    #expect(throws: HostError(.plugin, "no plugin knows the network in \(target) (asked: far, near)")) {
      try convert(["one=\(first)", "two=\(second)"])
    }
    for (sources, words) in [
      ([first, "two=\(second)"], "of several files each needs a name"),
      (["one=\(first)", "one=\(second)"], "two parts have the same name"),
    ] {
      let error = #expect(throws: HostError.self) { try convert(sources) }
      #expect(error?.kind == .usage && error?.description.contains(words) == true)
    }
    let whole = try ModelSource.joined(
      ["one=\(first)", "two=\(second)"].map { ModelSource(parsing: $0) }, target: target)
    #expect(whole.tensors.map(\.name) == ["one.a", "one.b", "two.c"])
    #expect(whole.metadata == ["one.license": "MIT"])
  }

  @Test("NAME=FILE is a part, a path with '=' in it is a path")
  func sources() {
    func parsed(_ text: String, _ exists: Bool = false) -> [String?] {
      let source = ModelSource(parsing: text) { _ in exists }
      return [source.name, source.path]
    }
    #expect(parsed("encoder=a=b.pth") == ["encoder", "a=b.pth"])
    #expect(parsed("encoder=a.pth", true) == [nil, "encoder=a.pth"])
    #expect(parsed("x/y=a.pth") == [nil, "x/y=a.pth"])
    #expect(parsed("a.pth") == [nil, "a.pth"])
  }

  @Test("licence, author and source are found whatever the format calls them")
  func provenance() {
    let found = ModelProvenance([
      "onnx.meta.model_license": "MIT", "Author": "A", "encoder.model-card": "https://b", "stylehost.source": "c.pth",
      "note": "license", "torch7.opt.resource": "d",
    ])
    #expect(found.licence == "MIT" && found.author == "A" && found.source == "https://b; c.pth")
    #expect(found.keys.count == 4)
    #expect(ModelProvenance(["title": "t"]).licence == nil)
  }
}
