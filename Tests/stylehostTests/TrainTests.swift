// TrainTests.swift - `train johnson`: a style from a picture and some photos, on the command line.

import Foundation
import Testing
import Weights

@Suite("train johnson") struct TrainTests {
  let folder: String
  /// All but the style and how long it takes.
  static let common =
    "--content photos --vgg vgg.safetensors -o out.safetensors --preset realtime --size 32 --batch 1 --seed 3"
  static let options = "--style style.png \(common)"

  init() throws {
    folder = try Program.folder()
    try Self.narrowVGG(folder + "/vgg.safetensors")
    let made = try Program.shell(
      """
      mkdir photos && ffmpeg -v error -f lavfi -i testsrc=size=60x40:rate=5 -frames:v 4 photos/%d.png &&
      ffmpeg -v error -f lavfi -i mandelbrot=size=48x40 -frames:v 1 style.png
      """, in: folder)
    try #require(made.code == 0, "\(made.words)")
  }

  /// VGG-16 to relu4_3 with four planes in every layer.
  private static func narrowVGG(_ path: String) throws {
    var tensors: [NamedTensor] = []
    for (index, layer) in [0, 2, 5, 7, 10, 12, 14, 17, 19, 21].enumerated() {
      let shape = [4, index == 0 ? 3 : 4, 3, 3]
      tensors.append(try NamedTensor(name: "features.\(layer).weight", shape: shape, fill: .heNormal, seed: 1))
      tensors.append(try NamedTensor(name: "features.\(layer).bias", shape: [4], fill: .zero, seed: 1))
    }
    try SafetensorsWriter.write(tensors, to: path)
  }

  @Test("a trained network runs by its path and says what it is, how it was made and by whom")
  func trains() throws {
    let outcome = try Program.shell(
      """
      $S train johnson \(Self.options) --width 8 --photo-size 36 --random-crop --steps 3 --title 'A "b"' --licence CC0 --author me || exit 1
      $S -q -s ./out.safetensors photos/1.png painted.png && ! cmp -s painted.png photos/1.png || exit 1
      grep -q '<polyline' out.html && $S models inspect --json out.safetensors
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.words.contains("wrote out.safetensors after 3 steps in"))
    let object = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    #expect(object["plugin"] as? String == "johnson" && object["licence"] as? String == "CC0")
    let metadata = try #require(object["metadata"] as? [String: String])
    #expect(metadata["title"] == "A \"b\"" && metadata["training.steps"] == "3")
    #expect(metadata["stylehost.preset"] == "realtime" && metadata["stylehost.width"] == "8")
    #expect(metadata["training.size"] == "32 of 36, anywhere")
    #expect(
      metadata["training.command"]?.hasPrefix("stylehost train johnson --style style.png --content photos") == true)
  }

  @Test("a small network is distilled from a VGG, and a style is trained by its features")
  func distils() throws {
    let outcome = try Program.shell(
      """
      $S train features --vgg vgg.safetensors --content photos --size 32 --width 2 --batch 1 --steps 2 -o f.safetensors || exit 1
      $S train johnson --style style.png --content photos --vgg f.safetensors -o out.safetensors --preset realtime --size 32 --steps 1
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.words.contains("of the energy is kept: relu1_1 ") && outcome.words.contains("wrote f.safetensors"))
  }

  @Test(
    "Each of the other trainers writes a network that runs by its path",
    arguments: [
      "adain --content photos --style style.png --encoder vgg.safetensors --size 32 --photo-size 36 --width 4 --batch 1",
      "adain --preset realtime --content photos --style style.png --encoder vgg.safetensors --size 32 --width 4 --batch 1",
      "cut --a photos --b style.png --size 32 --photo-size 36 --width 2 --discriminator-width 2 --blocks 5",
      "cut --variant cyclegan --a photos --b style.png --size 32 --width 2 --discriminator-width 2 --blocks 2",
      "munit --a photos --b style.png --size 64 --photo-size 64 --width 2 --discriminator-width 2",
    ])
  func others(options: String) throws {
    let style = options.hasPrefix("adain") ? ":style=style.png" : ""
    let outcome = try Program.shell(
      """
      $S train \(options) --steps 2 -o out.safetensors || exit 1
      $S -q -s ./out.safetensors\(style) photos/1.png painted.png && ! cmp -s painted.png photos/1.png || exit 1
      grep -q '<polyline' out.html
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.words.contains("wrote out.safetensors after 2 steps in"))
  }

  @Test("The help of every trainer says what it does without other options")
  func defaults() throws {
    for (command, options) in [
      ("johnson", "--size 256 --no-random-crop --no-flip --batch 4 --learning-rate 0.001 --decay 0.3"),
      ("adain", "--batch 8 --learning-rate 0.0001, divided by 1 + 5e-05 * steps"),
      ("cut", "sincut --size 128 --photo-size 768 --zoom 3 --random-crop --no-flip --batch 4 --learning-rate 0.0005"),
      ("munit", "--batch 1 --learning-rate 0.0001, halved every 100000 steps"),
      ("sfit", "--size 224 --photo-size 256 --random-crop --flip --batch 16 --learning-rate 0.0003"),
      ("target", "--batch 32 --learning-rate 0.0001"),
      ("features", "--size 256 --no-random-crop --no-flip --batch 4"),
    ] {
      let outcome = try Program.run(["train", command, "--help"])
      // The width of a terminal breaks the lines.
      let text = outcome.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let defaults = text.firstMatch(of: /DEFAULTS.*?EXAMPLE/)?.output ?? ""
      #expect(outcome.code == 0 && defaults.contains(options), "\(command): \(defaults)")
    }
  }

  @Test(
    "A translation learnt from two classifiers runs, says how often they are right, and the target model learns from it"
  )
  func sfit() throws {
    for (name, seed) in [("source", 1), ("target", 2)] {
      let shapes = [("encoder.0", [4, 3, 5, 5]), ("encoder.3", [5, 4, 5, 5]), ("fc1", [12, 80]), ("fc2", [10, 12])]
      let tensors = try shapes.flatMap { key, shape in
        [
          try NamedTensor(name: "\(key).weight", shape: shape, fill: .heNormal, seed: UInt64(seed)),
          try NamedTensor(name: "\(key).bias", shape: [shape[0]], fill: .zero, seed: UInt64(seed)),
        ]
      }
      try SafetensorsWriter.write(tensors, to: "\(folder)/\(name).safetensors")
    }
    let outcome = try Program.shell(
      """
      mkdir -p test/0 test/1 && cp photos/1.png test/0 && cp photos/2.png test/1
      $S train sfit --content photos --source source.safetensors --target target.safetensors --size 28 --width 2 \
        --batch 2 --warm-up 1 --steps 2 --test test -o out.safetensors || exit 1
      $S -q -s ./out.safetensors photos/1.png painted.png && ! cmp -s painted.png photos/1.png
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.words.contains("right of 2 pictures: source "), "\(outcome.words)")

    let tuning = "--content photos --generator out.safetensors --source source.safetensors --size 28 --batch 2"
    let tuned = try Program.shell(
      """
      $S train target \(tuning) --target target.safetensors --steps 2 --store f32 --test test \
        -o tuned.safetensors || exit 1
      $S train target -q \(tuning) --target tuned.safetensors --steps 1 -o again.safetensors &&
      test -s again.safetensors
      """, in: folder)
    #expect(tuned.code == 0, "\(tuned.words)")
    #expect(tuned.words.contains("wrote tuned.safetensors after 2 steps in"), "\(tuned.words)")
    let before = try WeightFile.open(path: folder + "/target.safetensors")
    let after = try WeightFile.open(path: folder + "/tuned.safetensors")
    for name in ["encoder.0.weight", "fc1.weight", "fc2.weight", "fc2.bias"] {
      let floats = try #require(after.tensor(named: name)).floats()
      let stays = try floats == before.tensor(named: name)?.floats()
      #expect(stays == name.hasPrefix("fc2"), "\(name)")
    }
  }

  @Test(
    "Ctrl-C saves after the step it is at, ends with exit code 130, and --resume goes on to the numbers of a run that was not stopped"
  )
  func interrupted() throws {
    let outcome = try Program.shell(
      """
      $S train johnson \(Self.options) --decay 0 --steps 100000 --store f32 2> words & job=$!
      until grep -q 'step 1/' words; do sleep 0.05; done; kill -INT $job; wait $job; echo $?
      steps=$($S models inspect --json out.safetensors | sed -n 's/.*"training.steps" : "\\([0-9]*\\)".*/\\1/p')
      $S train johnson -q \(Self.options) --decay 0 --steps $((steps + 2)) --store f32 --resume || exit 1
      mv out.safetensors resumed.safetensors && mv out.training resumed.training && rm out.html
      $S train johnson -q \(Self.options) --decay 0 --steps $((steps + 2)) --store f32 || exit 1
      grep -c 'saving after this step' words; grep -c 'the same command with --resume goes on' words
      """, in: folder)
    #expect(outcome.code == 0 && outcome.text == "130\n1\n1\n", "\(outcome.text) \(outcome.words)")
    let (whole, resumed) = (
      try WeightFile.open(path: folder + "/out.safetensors"), try WeightFile.open(path: folder + "/resumed.safetensors")
    )
    for tensor in whole.tensors {
      #expect(try resumed.tensor(named: tensor.name)?.floats() == tensor.floats(), "\(tensor.name)")
    }
  }

  @Test("several styles go into one network, and one is added to it without a change to the others")
  func severalStyles() throws {
    let outcome = try Program.shell(
      """
      ffmpeg -v error -f lavfi -i testsrc2=size=48x40 -frames:v 1 other_one.png; cp other_one.png third.png
      $S train johnson -q \(Self.common) --style style.png other_one.png --one-net --steps 2 --store f32 || exit 1
      $S train johnson -q \(Self.common) --style third.png --add-style --from out.safetensors -o three.safetensors \
        --steps 2 --store f32 || exit 1
      for style in Style 'Other one' 0 1 'Style:0.5+Other one:0.5'; do
        $S -q -y -s "./out.safetensors:style=$style" photos/1.png a.png && $S -q -y -s "./three.safetensors:style=$style" photos/1.png b.png &&
        cmp a.png b.png || exit 1
      done
      $S -q -y -s ./three.safetensors:style=Third photos/1.png a.png && ! cmp -s a.png b.png && $S models inspect --json three.safetensors
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    let object = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    #expect((object["architecture"] as? String)?.hasSuffix("Real-time transformer net, width 32, 3 styles") == true)
  }

  @Test("what cannot be is refused in one line, with the exit code of whoever has to act")
  func refusals() throws {
    for (arguments, code, words) in [
      ("--steps 1 --batch 0", 2, "a batch of 0 is not possible"),
      ("--steps 1 --photo-size 28", 2, "a photo size of 28 is not possible: give 32...16384"),
      ("--steps 1 --decay 2", 2, "a decay of 2.0 is not possible: give 0...1"),
      ("--time soon", 2, "'soon' is not a time"),
      ("--steps 1 --style b.jpg", 2, "give one picture as --style"),
      ("--steps 1 --add-style", 2, "styles are added to a network there is: name it"),
      ("--steps 1 --from-style B", 2, "there is no network whose style 'B' could be the start: name it"),
      ("--steps 1 --learning-rate 1.5", 2, "give more than 0 and less than 1"),
      ("--steps 1 --report ./out.training", 2, "the report cannot be written over the network or its state"),
      ("--steps 1 --report style.png", 6, "style.png exists: resume it, or allow it to be overwritten"),
      ("--steps 1 --content nowhere", 4, "cannot read nowhere"),
      ("--steps 1 --vgg style.png", 3, "cannot load style.png"),
      ("--steps 1 --resume", 3, "out.training"),
      ("--steps 1 --report none/report.html", 6, "cannot write none/report.html: there is no such folder"),
    ] {
      let outcome = try Program.shell("rm -f out.*; $S train johnson \(Self.options) \(arguments)", in: folder)
      let lines = outcome.words.split(separator: "\n").filter { !$0.contains("to learn") && !$0.contains("step 1/") }
      #expect(outcome.code == Int32(code) && lines.count == 1, "\(arguments): \(outcome.words)")
      #expect(outcome.words.contains(words), "\(arguments): \(outcome.words)")
    }
  }
}
