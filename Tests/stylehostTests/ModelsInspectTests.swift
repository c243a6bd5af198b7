// ModelsInspectTests.swift - `models inspect` and `models convert`: what is said about files, and files of several parts.

import Foundation
import TestFolders
import Testing
import Weights

@Suite("models inspect and convert") struct ModelsInspectTests {
  let folder: String

  init() throws { folder = try Program.folder() }

  @Test("says what a network is, what a picture of a size costs, and where the file is from")
  func inspect() throws {
    let tensor = try NamedTensor(name: "t", shape: [2, 3], floats: [Float](repeating: 0, count: 6))
    try SafetensorsWriter.write(
      [tensor],
      metadata: [
        "license": "CC0", "author": "nobody", "structure": String(repeating: "x", count: 500), "note": "short",
      ],
      to: folder + "/odd.safetensors")
    let outcome = try Program.shell(
      """
      $S models init johnson j.safetensors --width 8 && $S models inspect j.safetensors --size 640x360 &&
      $S models inspect --json j.safetensors --size 100x50 > j.json && $S models inspect odd.safetensors
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.text.contains("plugin: johnson\nnetwork: Johnson"))
    #expect(outcome.text.contains(" GMAC at 640x360\n"))
    #expect(
      outcome.text.contains("licence: CC0\nauthor: nobody\nnote: short\nstructure: 500 bytes (--json shows them)\n"))
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder + "/j.json")))
    let object = try #require(json as? [String: Any])
    let cost = try #require(object["cost"] as? [String: Any])
    let pixel = try #require(object["multiply_adds_per_pixel"] as? Double)
    #expect(object["width"] as? Int == 8)
    #expect(cost["width"] as? Int == 100 && cost["height"] as? Int == 50)
    #expect(abs((cost["gmac"] as? Double ?? 0) - pixel * 5000 / 1e9) < 1e-9)
  }

  @Test("a size that is none and a conversion without an output are usage errors of one line")
  func usage() throws {
    for (arguments, words) in [
      ("inspect x.safetensors --size big", "--size big is not WIDTHxHEIGHT"),
      ("convert x.safetensors", "give a model file and the file to write"),
      ("convert a.pth b.pth c.safetensors", "of several files each needs a name"),
    ] {
      let outcome = try Program.shell("$S models \(arguments)", in: folder)
      #expect(outcome.code == 2, "\(arguments): \(outcome.words)")
      #expect(outcome.words.contains(words), "\(arguments): \(outcome.words)")
      #expect(outcome.words.split(separator: "\n").count == 1)
    }
  }

  @Test("an encoder and a decoder become one file, which runs by its path with the bytes of the two")
  func pair() throws {
    let outcome = try Program.shell(
      """
      ffmpeg -v error -f lavfi -i testsrc=size=41x37:rate=5 -frames:v 2 -pix_fmt yuv444p -f yuv4mpegpipe in.y4m
      ffmpeg -v error -f lavfi -i mandelbrot=size=40x30 -frames:v 1 style.png
      $S models init adain whole.safetensors --width 4
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    let whole = try WeightFile.open(path: folder + "/whole.safetensors")
    for part in ["encoder", "decoder"] {
      let tensors = whole.tensors.filter { $0.name.hasPrefix(part + ".") }
        .map { $0.renamed(String($0.name.dropFirst(part.count + 1))) }
      #expect(!tensors.isEmpty)
      try SafetensorsWriter.write(tensors, to: "\(folder)/\(part).safetensors")
    }
    let runs = try Program.shell(
      """
      $S models convert encoder=encoder.safetensors decoder=decoder.safetensors pair.safetensors &&
      mkdir alone && mv pair.safetensors alone && $S -q -s ./alone/pair.safetensors:style=style.png in.y4m > pair.y4m &&
      $S -q -s adain:model=decoder.safetensors,encoder=encoder.safetensors,style=style.png in.y4m | cmp - pair.y4m &&
      ! cmp -s in.y4m pair.y4m && $S models inspect alone/pair.safetensors | head -1
      """, in: folder)
    #expect(runs.code == 0, "\(runs.words)")
    #expect(runs.text.contains("\(whole.tensors.count) tensors, \(whole.parameterCount) parameters"), "\(runs.text)")
    let half = try Program.run(["models", "convert", "decoder.safetensors", "half.safetensors"], in: folder)
    #expect(half.code == 0)
    #expect(
      half.words.contains("width 4: runs with its encoder beside it, or joined (models convert -h)"), "\(half.words)")
  }

  @Test("a style that is given another plugin's model says what to write, in run and in bench")
  func advice() throws {
    let outcome = try Program.shell(
      """
      $S models init cut c.safetensors --width 2 && ffmpeg -v error -f lavfi -i testsrc=size=16x16:rate=5 -frames:v 1 in.y4m
      $S -q -s johnson:model=c.safetensors in.y4m -f y4m > out.y4m; echo $?; $S bench -s johnson:model=c.safetensors --size 16x16; echo $?
      """, in: folder)
    #expect(outcome.text == "3\n3\n", "\(outcome.words)")
    let advice = outcome.words.components(separatedBy: "c.safetensors is a model of another plugin (")
    #expect(advice.count == 3 && advice.dropFirst().allSatisfy { $0.contains("): write -s cut:model=c.safetensors\n") })
  }

  /// Files of the shared folder, and the plugin that runs each or what is said instead.
  static let known = [
    ("johnson/candy.safetensors", "plugin: johnson"),
    ("johnson/rain-princess_nc16_b1_e2_1e05_1e10.model", "plugin: johnson"),
    ("generators/vintage_resnet9_affine_in.pth", "plugin: cut"),
    ("generators/horse2zebra_mobile_resnet9.pth", "plugin: cut"), ("onnx/multistyle26.onnx", "plugin: onnx"),
    ("onnx/mosaic_nc16_256x256_onnxjs014.onnx", "plugin: onnx"),
    ("arbitrary/distilled-vgg19/decoder_relu4_1.pth", "plugin: adain"),
    ("arbitrary/distilled-vgg19/encoder_relu4_1.pth", "plugin: adain"),
    ("arbitrary/microast/content_encoder_iter_160000.pth.tar", "plugin: adain"),
    ("arbitrary/microast/style_encoder_iter_160000.pth.tar", "plugin: adain"),
    ("arbitrary/microast/modulator_iter_160000.pth.tar", "plugin: adain"),
    ("arbitrary/microast/decoder_iter_160000.pth.tar", "plugin: adain"),
    ("vgg/vgg16_imagenet_conv.safetensors", "it is VGG-16"),
    ("sfit/ADDA-source-encoder-final.pt", "the encoder of a digit classifier"),
    ("sfit/ADDA-source-classifier-final.pt", "the last layer of a digit classifier"),
  ]

  // Skipped without the shared folder, which is no part of the repository.
  @Test("says of every genuine checkpoint what it is", .enabled(if: Program.shared != nil), arguments: known)
  func genuine(file: String, says: String) throws {
    let outcome = try Program.run(["models", "inspect", "\(Program.shared ?? "")/weights/\(file)"])
    #expect(outcome.code == 0)
    #expect(outcome.text.split(separator: "\n").prefix(3).joined().contains(says), "\(outcome.text.prefix(600))")
  }

  // Skipped without the shared folder, which is no part of the repository.
  @Test(
    "what is converted runs by its path with the bytes of its source", .enabled(if: Program.shared != nil),
    arguments: [
      "onnx/multistyle26.onnx", "onnx/mosaic_nc16_256x256_onnxjs014.onnx", "generators/horse2zebra_mobile_resnet9.pth",
    ])
  func conversion(file: String) throws {
    let outcome = try Program.shell(
      """
      ffmpeg -v error -y -f lavfi -i testsrc=size=61x47:rate=5 -frames:v 1 -pix_fmt yuv444p -f yuv4mpegpipe in.y4m
      f='\(Program.shared ?? "")/weights/\(file)'; $S models convert -y "$f" c.safetensors && $S -q -s ./c.safetensors in.y4m > c.y4m &&
      $S -q -s "$f" in.y4m | cmp - c.y4m && ! cmp -s in.y4m c.y4m
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
  }

  @Test("hostile files end in one line and exit code 3")
  func hostile() throws {
    let fixtures = Program.root.path + "/Tests/WeightsTests/Fixtures"
    let outcome = try Program.shell(
      """
      head -c 700 \(fixtures)/network.onnx > cut.onnx; head -c 9000 \(fixtures)/checkpoint.t7 > cut.t7
      printf '4\\n1\\n3\\nV 1\\n' > text.t7
      for file in cut.onnx cut.t7 text.t7; do
        $S -q -s ./$file /dev/null -f y4m > /dev/null 2> words; echo $? $(wc -l < words); $S models inspect $file 2> words; echo $? $(wc -l < words)
      done
      """, in: folder)
    #expect(outcome.text == String(repeating: "3 1\n", count: 6), "\(outcome.text)\(outcome.words)")
  }
}
