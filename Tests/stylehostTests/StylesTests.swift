// StylesTests.swift - styles that come with the program: listed, drawn, used by name; the feature network that comes with them.

import Foundation
import Testing
import Weights

@Suite("styles by name") struct StylesTests {
  static let picture = "ffmpeg -v error -f lavfi -i testsrc2=size=48x40:rate=5 -frames:v 1 in.png"

  @Test(
    "every style is listed, in a table and as JSON; what is broken is one warning, what is no style is not mentioned")
  func list() throws {
    let table = try Installation.shell(
      "mkdir own && cp $STYLES/wild.safetensors own/features.safetensors && STYLEHOST_STYLE_PATH=own $B styles list")
    #expect(table.code == 0, "\(table.words)")
    let lines = table.text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(
      lines.prefix(4) == [
        "ID PRESET TITLE LICENCE PLUGIN", "calm quality Calm sea CC0-1.0 johnson", "old - old - johnson",
        "wild - johnson, untrained - johnson",
      ])
    #expect(lines.last == "Use one by its id: stylehost -s calm in.mp4 out.mp4")
    #expect(table.words.split(separator: "\n").count == 1 && table.words.contains("broken.safetensors"))

    let json = try Installation.shell("$B styles list --json 2> /dev/null")
    let array = try #require(try JSONSerialization.jsonObject(with: json.output) as? [[String: Any]])
    #expect(array.map { $0["id"] as? String } == ["calm", "old", "wild"])
    for object in array {
      #expect(Set(object.keys) == ["id", "preset", "plugin", "path", "title", "licence", "needs"])
      #expect(object["needs"] is NSNull)
      #expect(FileManager.default.fileExists(atPath: object["path"] as? String ?? ""))
    }
    #expect(array[0]["title"] as? String == "Calm\nsea")
    #expect(array[0]["preset"] as? String == "quality" && array[0]["licence"] as? String == "CC0-1.0")
    #expect(array[1]["preset"] is NSNull && array[1]["licence"] is NSNull && array[1]["plugin"] as? String == "johnson")
  }

  @Test("what ships says what it is, is small, and is what the documents name")
  func shipped() throws {
    let repository = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL
    let files = try FileManager.default.contentsOfDirectory(
      at: repository.appending(path: "Styles"), includingPropertiesForKeys: [.fileSizeKey])
    let bytes = try files.reduce(0) { $0 + (try $1.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0) }
    #expect(bytes < 12_000_000)
    let models = files.filter { $0.pathExtension == "safetensors" }
    for model in models where model.lastPathComponent != "features.safetensors" {
      let metadata = try WeightFile.open(path: model.path).metadata
      let keys = ["title", "licence", "author", "stylehost.plugin", "stylehost.preset", "training.command"]
      for key in keys { #expect(metadata[key]?.isEmpty == false, "\(model.lastPathComponent): \(key)") }
    }
    let ids = Set(models.map { $0.deletingPathExtension().lastPathComponent })
    let paintings = ids.filter { ids.contains($0 + "-realtime") }
    #expect(paintings.count >= 4, "each painting is there as quality and as realtime: \(ids)")
    var named: Set<String> = []
    for document in ["README.md", "docs/styles.md", "Scripts/demo"] {
      let text = try String(contentsOf: repository.appending(path: document), encoding: .utf8)
      named.formUnion(text.matches(of: /-s ([a-z]+(-[a-z]+)+)[ :,]/).map { String($0.1) })
    }
    #expect(named.count >= 2 && named.subtracting(ids).isEmpty, "\(named.subtracting(ids))")
  }

  @Test("a machine without styles says where it looked, and gives an empty array")
  func none() throws {
    let outcome = try Installation.shell(
      """
      mkdir bin && cp "$B" bin/ && bin/stylehost styles list; echo $?; bin/stylehost styles list --json
      bin/stylehost styles list --sheet a.png --json 2> /dev/null; echo $?
      """)
    #expect(outcome.text.split(whereSeparator: \.isWhitespace) == ["3", "[", "]", "2"], "\(outcome.text)")
    #expect(outcome.words.contains("no style was found in ") && outcome.words.contains("/data/stylehost/styles"))
    #expect(outcome.words.split(separator: "\n").count == 1)
  }

  @Test("a sheet has the photo and a panel for each style, all different, and the legend says which is which")
  func sheet() throws {
    let outcome = try Installation.shell(
      """
      $B styles list --sheet sheet.png 2> /dev/null || exit 1
      ffprobe -v error -show_entries stream=width,height -of csv=p=0 sheet.png
      panel() { ffmpeg -v error -i $1 -vf crop=64:48:$2:$3 -f rawvideo -pix_fmt rgb24 - | md5sum; }
      (panel sheet.png 8 8; panel sheet.png 80 8; panel sheet.png 8 64; panel sheet.png 80 64) | sort -u | wc -l
      $B -q -s wild $STYLES/photo.jpg --pix-fmt rgb24 wild.png && ffmpeg -v error -i sheet.png -vf crop=64:48:80:64 -pix_fmt rgb24 panel.png
      ffmpeg -v error -i wild.png -i panel.png -lavfi psnr=stats_file=- -f null - | sed 's/.*psnr_avg:\\([0-9inf]*\\).*/\\1/'
      $B styles list --sheet sheet.png 2> /dev/null; echo $?; $B styles list --sheet b.jpg --photo nowhere.png 2> /dev/null; echo $?
      """)
    #expect(outcome.code == 0, "\(outcome.words)")
    let lines = outcome.text.split(separator: "\n").map(String.init)
    try #require(lines.count == 8, "\(outcome.text)")
    #expect(lines[0...2] == ["sheet.png, from left to right:", "  row 1: the photo, calm", "  row 2: old, wild"])
    #expect(lines[3] == "152,120" && lines[4] == "4")
    // The one was packed as 4:4:4 from the photo's YUV, the other from its R'G'B'.
    #expect(lines[5] == "inf" || Int(lines[5]) ?? 0 >= 30, "\(lines[5]) dB")
    #expect(Array(lines[6...]) == ["6", "4"])
  }

  @Test("the list says what a style needs beside its id, and a sheet leaves it out and has the others")
  func leftOut() throws {
    let outcome = try Installation.shell(
      """
      mkdir own && "$S" models init adain --width 4 own/pair.safetensors
      export STYLEHOST_STYLE_PATH=own
      $B styles list --plugin-path "$(dirname "$S")/libadain.so" | grep -c '^pair .* adain, needs style=FILE$'
      $B styles list --plugin-path "$(dirname "$S")/libadain.so" --json > list.json
      grep -c '"needs" : "style=FILE"' list.json; grep -c '"needs" : null' list.json
      $B styles list --plugin-path "$(dirname "$S")/libadain.so" --sheet sheet.png
      """)
    #expect(outcome.text.hasPrefix("1\n1\n3\n"), "\(outcome.text)")
    #expect(
      outcome.code == 0 && outcome.text.hasSuffix(" row 1: the photo, calm\n  row 2: old, wild\n"), "\(outcome.words)")
    #expect(
      outcome.words.contains("pair is left out: adain needs style=FILE, as in -s pair:style=FILE"), "\(outcome.words)")
  }

  @Test("a style runs by its name as by its path, with options, in run, bench, timelines and models inspect")
  func byName() throws {
    let outcome = try Installation.shell(
      """
      \(Self.picture); $B -q -s calm in.png name.png && $B -q -s $STYLES/calm.safetensors in.png path.png && cmp name.png path.png &&
      $B -q -s old in.png old.png && ! cmp -s name.png old.png && $B -q -s calm:strength=0 in.png none.png || exit 1
      ffmpeg -v error -i in.png -i none.png -lavfi psnr=stats_file=- -f null - | grep -c 'psnr_avg:inf'
      echo '{"styles": {"a": "wild"}, "keyframes": [{"time": 0, "style": "a"}]}' > t.json
      $B -q --timeline t.json in.png t.png && ! cmp -s t.png name.png && $B bench -s calm --size 32x32 --frames 1 --json | grep -c '"calm"' &&
      $B models inspect calm | grep -c 'title: Calm' && mkdir own && cp $STYLES/wild.safetensors own/calm.safetensors &&
      STYLEHOST_STYLE_PATH=own $B -q -s calm in.png own.png && $B -q -s wild in.png wild.png && cmp own.png wild.png
      """)
    #expect(outcome.code == 0 && outcome.text == "1\n1\n1\n", "\(outcome.text)\(outcome.words)")
  }

  @Test(
    "a name that is none says what is near and where all are; a broken file and one that is no style are told as such",
    arguments: [
      ("calmm", "did you mean 'calm'? (see stylehost styles list)"), ("wil", "did you mean 'wild'?"),
      ("nothing-like-it", "(see stylehost styles list)"), ("features", "holds no style: it says that it is 'features'"),
      ("broken", "cannot load "),
    ])
  func unknown(name: String, words: String) throws {
    let outcome = try Installation.shell("\(Self.picture); $B -s \(name) in.png out.png")
    #expect(outcome.code == 3 && outcome.words.split(separator: "\n").count == 1, "\(outcome.words)")
    #expect(outcome.words.contains(words), "\(outcome.words)")
  }

  @Test("gatys and train take the feature network that comes with the program where none is named")
  func features() throws {
    let outcome = try Installation.shell(
      """
      \(Self.picture); g=gatys:style=$STYLES/photo.jpg,iterations=3; mkdir photos && cp in.png photos
      $B -q -s $g in.png a.png && $B -q -s $g,vgg=$STYLES/features.safetensors in.png b.png && cmp a.png b.png && ! cmp -s a.png in.png &&
      for c in neural-style neural-style-pt gatys pytorch-examples fast-neural-style; do $B -q -y -s $g,convention=$c in.png c.png || exit 1; done &&
      $B train johnson -q --style $STYLES/photo.jpg --content photos -o out.safetensors --preset realtime --size 32 --batch 1 --steps 1 &&
      $B models inspect out.safetensors | grep -c 'training.features: [^/]*, features.safetensors' &&
      $B plugins info gatys | grep -c 'vgg  (a file; default features.safetensors)' && $B plugins info gatys --json | grep -c '"is_bundled" : true'
      """)
    #expect(outcome.code == 0 && outcome.text == "1\n1\n1\n", "\(outcome.text)\(outcome.words)")
  }

  @Test("where no feature network is, gatys and train say in one line what to do")
  func noFeatures() throws {
    let outcome = try Installation.shell(
      """
      \(Self.picture); mkdir bin photos && cp "$(dirname "$B")"/* bin/ && cp in.png photos
      bin/stylehost -s gatys:style=in.png in.png out.png; echo $?
      bin/stylehost train johnson --style in.png --content photos -o out.safetensors --size 32 --steps 1; echo $?
      """)
    #expect(outcome.text == "2\n2\n")
    let lines = outcome.words.split(separator: "\n")
    try #require(lines.count == 2, "\(outcome.words)")
    #expect(lines[0].contains("give VGG-16 or VGG-19 as vgg=FILE"))
    #expect(lines[1].contains("name one as --vgg FILE"))
  }
}
