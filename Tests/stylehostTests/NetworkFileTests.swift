// NetworkFileTests.swift - files of networks of the field, run by their path alone: .t7, several styles, two directions.

import Foundation
import TestFolders
import Testing
import Weights

@Suite("files of networks") struct NetworkFileTests {
  let folder: String
  static let clip =
    "ffmpeg -v error -f lavfi -i testsrc=size=51x37:rate=5 -frames:v 1 -pix_fmt yuv444p -f yuv4mpegpipe in.y4m"

  init() throws { folder = try Program.folder() }

  @Test(
    "A .t7 file runs by its path at an odd size, and gives the same bytes as what it is converted to",
    arguments: ["instance", "batch", "old", "valid"])
  func torch7(name: String) throws {
    let file = Program.root.appendingPathComponent("Tests/NetworksTests/Fixtures/johnson_\(name).t7").path
    let outcome = try Program.shell(
      """
      \(Self.clip) && $S models convert \(file) net.safetensors && $S -q -s \(file) in.y4m > a.y4m &&
      $S -q -s ./net.safetensors in.y4m | cmp - a.y4m && ! cmp -s in.y4m a.y4m &&
      $S -q -s ./net.safetensors:median=false in.y4m > b.y4m && ! cmp -s a.y4m b.y4m &&
      ffprobe -v error -show_entries stream=width,height -of csv=p=0 a.y4m
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.text.hasSuffix("51,37\n"))
  }

  @Test("Of a network of several styles one is chosen by number or name, and several are mixed")
  func styles() throws {
    #expect(try Program.run(["models", "init", "johnson", "one.safetensors", "--width", "4"], in: folder).code == 0)
    let one = try WeightFile.open(path: folder + "/one.safetensors").tensors
    let two = try one.map { tensor in
      let isNorm = tensor.shape.count == 1 && !tensor.name.contains(".conv2d.")
      guard isNorm else { return tensor }
      let floats = (0..<2).flatMap { style in
        tensor.shape.flatMap { n in (0..<n).map { tensor.name.hasSuffix("weight") ? 1 + Float(style * $0) / 8 : 0 } }
      }
      return try NamedTensor(name: tensor.name, shape: [2] + tensor.shape, floats: floats)
    }
    try SafetensorsWriter.write(two, metadata: ["stylehost.styles": "calm,wild"], to: folder + "/two.safetensors")
    let outcome = try Program.shell(
      """
      \(Self.clip); paint() { $S -q -s "$1" in.y4m > "$2"; }
      paint ./one.safetensors one.y4m && paint ./two.safetensors:style=0 0.y4m && cmp one.y4m 0.y4m &&
      paint ./two.safetensors:style=wild 1.y4m && ! cmp -s 0.y4m 1.y4m && paint ./two.safetensors:style=1:1 a.y4m && cmp 1.y4m a.y4m &&
      paint ./two.safetensors:style=0:0.7+wild:0.3 m.y4m && ! cmp -s m.y4m 0.y4m && ! cmp -s m.y4m 1.y4m
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    let wrong = try Program.run(["-s", "two.safetensors:style=grim", "in.y4m", "x.y4m"], in: folder)
    #expect(wrong.code == 2)
    #expect(wrong.words.contains("there is no style 'grim': the network has 2 styles, 0...1: calm, wild"))
  }

  @Test("Two generators become one file, which runs in the direction that is asked for")
  func directions() throws {
    let outcome = try Program.shell(
      """
      \(Self.clip); $S models init cut a.safetensors --width 4 && $S models init cut b.safetensors --width 4 --seed 9 &&
      $S models convert AtoB=a.safetensors BtoA=b.safetensors both.safetensors &&
      for x in a b; do $S -q -s ./$x.safetensors in.y4m > $x.y4m; done; ! cmp -s a.y4m b.y4m &&
      $S -q -s ./both.safetensors in.y4m | cmp - a.y4m && $S -q -s ./both.safetensors:direction=b2a in.y4m | cmp - b.y4m &&
      $S models inspect both.safetensors
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.text.contains("9 blocks, width 4, direction=a2b or b2a"))
  }
}
