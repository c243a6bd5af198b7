// ModelsInitTests.swift - `models init`: networks from a seed, which run by their path.

import Foundation
import Testing

@Suite("models init") struct ModelsInitTests {
  let folder: String

  init() throws { folder = try Program.folder() }

  @Test(
    "the same seed gives the same bytes, another seed or width others",
    arguments: ["johnson", "adain", "cut", "munit", "sfit"])
  func seeds(plugin: String) throws {
    let outcome = try Program.shell(
      """
      init() { $S models init \(plugin) "$@"; }
      init a.safetensors --seed 7 --width 4 && init b.safetensors --seed 7 --width 4 && cmp a.safetensors b.safetensors &&
      init c.safetensors --seed 8 --width 4 && ! cmp -s a.safetensors c.safetensors &&
      init d.safetensors --seed 7 --width 5 && ! cmp -s a.safetensors d.safetensors && $S models inspect --json a.safetensors
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    let object = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    #expect(object["plugin"] as? String == plugin)
    let metadata = try #require(object["metadata"] as? [String: String])
    #expect(metadata["stylehost.seed"] == "7" && metadata["stylehost.width"] == "4")
    #expect(metadata["stylehost.architecture"] == object["architecture"] as? String)
  }

  @Test("what it writes runs by its path, at an odd size, in the style of a picture where the network takes one")
  func runs() throws {
    let outcome = try Program.shell(
      """
      ffmpeg -v error -f lavfi -i testsrc=size=51x37:rate=5 -frames:v 2 -pix_fmt yuv444p -f yuv4mpegpipe in.y4m
      ffmpeg -v error -f lavfi -i mandelbrot=size=40x30 -frames:v 1 style.png
      for plugin in johnson adain cut munit sfit; do
        $S models init $plugin $plugin.safetensors --width 4 || exit 1
        options=; [ $plugin = adain ] && options=:style=style.png
        $S -q -s ./$plugin.safetensors$options in.y4m > $plugin.y4m || exit 1
        cmp -s in.y4m $plugin.y4m && exit 1
        ffprobe -v error -count_frames -show_entries stream=width,height,nb_read_frames -of csv=p=0 $plugin.y4m
      done
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.text == String(repeating: "51,37,2\n", count: 5))
  }

  @Test("an unknown plugin, an impossible width, an existing file and another ending are refused in one line")
  func refusals() throws {
    for (arguments, code, words) in [
      ("jonson a.safetensors", 3, "there is no plugin 'jonson'"),
      ("cut a.safetensors --width 5000", 2, "there is no network of width 5000: give one of 1...1024"),
      ("cut a.safetensors --width 0", 2, "--width 0 is not possible"),
      ("cut a.safetensors --width -3", 2, "--width -3 is not possible"),
      ("cut a.safetensors --width 99999999999", 2, "there is no network of width 99999999999"),
      ("cut a.safetensors --width 1024", 2, "choose a smaller width"),
      ("cut a.pth", 2, "models are written as .safetensors"),
      ("cut there.safetensors", 6, "there.safetensors exists: give -y to overwrite it"),
    ] {
      let outcome = try Program.shell("touch there.safetensors; $S models init \(arguments)", in: folder)
      #expect(outcome.code == code, "\(arguments): \(outcome.words)")
      #expect(outcome.words.contains(words), "\(arguments): \(outcome.words)")
      #expect(outcome.words.split(separator: "\n").count == 1, "\(arguments): \(outcome.words)")
    }
  }

  @Test("the plugins keep the contract", arguments: ["adain", "cut", "munit", "sfit"])
  func contract(plugin: String) throws {
    let library = Program.path.dropLast("stylehost".count) + "lib\(plugin).so"
    let set = plugin == "adain" ? "--set style=style.png" : ""
    let outcome = try Program.shell(
      """
      ffmpeg -v error -f lavfi -i mandelbrot=size=40x30 -frames:v 1 style.png && $S models init \(plugin) m.safetensors --width 2 &&
      $S plugins validate \(library) --model m.safetensors \(set)
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.text)\(outcome.words)")
  }

  @Test("adain without a style says what to add")
  func noStyle() throws {
    let outcome = try Program.shell(
      "$S models init adain a.safetensors --width 2 && $S -s ./a.safetensors /dev/null -f y4m", in: folder)
    #expect(outcome.code == 2)
    #expect(outcome.words.contains("adain needs style=... (The pictures whose style frames take"))
    #expect(outcome.words.contains("): add style=FILE to what -s says, after a ':' or ','"))
  }
}
