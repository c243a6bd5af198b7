// Bad inputs and outputs: each has its own kind of error and a sentence that helps; nothing hangs.
import Foundation
import Glibc
import TestFolders
import Testing

@testable import Video

@Suite("Faults") struct FaultTests {
  /// The error of a passthrough that must fail.
  private func failure(
    _ source: MediaSource, _ target: MediaTarget, input: InputOptions = InputOptions(),
    output: OutputOptions = OutputOptions()
  ) -> VideoError? {
    do throws(VideoError) {
      try Passthrough.copy(source, target, input: input, output: output)
      return nil
    } catch {
      return error
    }
  }

  private func clip(_ scratch: Scratch, _ name: String = "clip.y4m", frames: Int = 5) throws -> String {
    let path = scratch.path(name)
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=64x48 -frames:v \(frames) -pix_fmt yuv420p \(path)")
    return path
  }

  @Test("empty, missing and unrecognisable inputs are said to be so")
  func inputs() throws {
    let scratch = try Scratch()
    let out = MediaTarget.path(scratch.path("out.y4m"))
    let nothing = Pipe()
    try nothing.fileHandleForWriting.close()
    let number = nothing.fileHandleForReading.fileDescriptor
    #expect(failure(.descriptor(number), out) == .input("no data on descriptor \(number)"))
    _ = FileManager.default.createFile(atPath: scratch.path("empty.mp4"), contents: nil)
    #expect(failure(.path(scratch.path("empty.mp4")), out)?.description.contains("empty") == true)
    #expect(failure(.path(scratch.path("none.mp4")), out)?.description.contains("No such file") == true)
    #expect(failure(.path(scratch.url.path), out)?.description.contains("folder") == true)
    var generator = SystemRandomNumberGenerator()
    let noise = Data((0..<50_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
    try Data("this is no video at all, only words\n".utf8).write(to: URL(fileURLWithPath: scratch.path("words.mp4")))
    try noise.write(to: URL(fileURLWithPath: scratch.path("noise.bin")))
    for name in ["words.mp4", "noise.bin"] {
      let error = failure(.path(scratch.path(name)), out)
      switch error {
      case .input, .damagedInput: break
      default: Issue.record("\(name): \(String(describing: error))")
      }
    }
    #expect(failure(.path(scratch.path("words.mp4")), out)?.description.contains("recognises") == true)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("out.y4m")))
  }

  @Test("sound without video is said to be so")
  func soundOnly() throws {
    let scratch = try Scratch()
    try Tool.ffmpeg("-f lavfi -i sine -t 0.2 \(scratch.path("a.wav"))")
    #expect(
      failure(.path(scratch.path("a.wav")), .path(scratch.path("out.y4m")))?.description.contains("no video stream")
        == true)
  }

  @Test("a truncated y4m is noticed, with the number of whole frames", arguments: [1, 100, 3000, 4607])
  func truncatedY4M(missing: Int) throws {
    let scratch = try Scratch()
    let whole = try Data(contentsOf: URL(fileURLWithPath: clip(scratch, frames: 60)))
    let short = scratch.path("short.y4m")
    try whole.dropLast(missing).write(to: URL(fileURLWithPath: short))
    let outcome = try Passthrough.copy(.path(short), .path(scratch.path("out.y4m")))
    #expect(outcome.frames == 59)
    #expect(outcome.damage.isTruncated)
    #expect(outcome.damage.wholeFrames == 59)
    #expect(outcome.damage.description.contains("after 59 whole frames"))
    let fine = try Passthrough.copy(.path(scratch.path("clip.y4m")), .path(scratch.path("fine.y4m")))
    #expect(fine.damage.isEmpty)
  }

  @Test("a y4m of less than one frame is damaged input")
  func lessThanAFrame() throws {
    let scratch = try Scratch()
    let whole = try Data(contentsOf: URL(fileURLWithPath: clip(scratch)))
    try whole.prefix(1000).write(to: URL(fileURLWithPath: scratch.path("short.y4m")))
    guard case .damagedInput = failure(.path(scratch.path("short.y4m")), .path(scratch.path("out.y4m"))) else {
      Issue.record("not damaged input")
      return
    }
  }

  @Test(
    "a file cut anywhere is noticed, from a pipe too",
    arguments: ["mkv", "webm", "nut", "mp4", "fragments.mp4", "mov", "avi"])
  func truncated(name: String) throws {
    let scratch = try Scratch()
    let path = scratch.path(name)
    let codec =
      switch name {
      case "mkv": "-c:v ffv1 -g 1"
      case "webm": "-c:v libvpx -b:v 200k"
      case "nut": "-c:v rawvideo"
      case "mp4": "-c:v libx264 -movflags faststart"
      case "fragments.mp4": "-c:v libx264 -g 30 -movflags frag_keyframe+empty_moov"
      case "mov": "-c:v mpeg4 -movflags faststart"
      default: "-c:v mpeg4"
      }
    let format = name.split(separator: ".").last.map { $0 == "mkv" ? "matroska" : String($0) } ?? name
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=64x48 -frames:v 60 -pix_fmt yuv420p \(codec) -f \(format) \(path)")
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let intact = try count(whole, scratch)
    #expect(intact.frames == 60)
    #expect(intact.damage.isEmpty, "\(intact.damage)")
    // Where a packet begins is where the one before it ends: the cuts that tear nothing.
    let edges = try Tool.probe("packet=pos", of: path).split(separator: "\n")
      .compactMap { Int($0.filter(\.isNumber)) }
    #expect(edges.count == 60)
    for cut in [edges[31], edges[32] - 1, edges[33] + 5, edges[40] + 1, edges[47], edges[57], edges[59] + 1] {
      let outcome = try count(whole.prefix(cut), scratch)
      #expect(outcome.frames < 60)
      #expect(outcome.damage.isTruncated, "cut at \(cut) of \(whole.count)")
      #expect(outcome.damage.wholeFrames == outcome.frames)
      guard format != "avi" else { continue }
      #expect(try count(whole.prefix(cut), scratch, isPiped: true).damage.isTruncated, "cut at \(cut), piped")
    }
  }

  @Test("raw frames that end in the middle of one are noticed")
  func truncatedRaw() throws {
    let scratch = try Scratch()
    var input = InputOptions()
    input.format = "rawvideo"
    input.size = (64, 48)
    input.pixelFormat = "yuv420p"
    let frame = Data(count: 64 * 48 * 3 / 2)
    #expect(try count(frame + frame, scratch, input: input).damage.isEmpty)
    #expect(try count(frame + frame.dropLast(), scratch, input: input).damage.isTruncated)
  }

  /// Reads all of an input whose bytes are these.
  private func count(
    _ bytes: Data, _ scratch: Scratch, input: InputOptions = InputOptions(), isPiped: Bool = false
  ) throws -> (frames: Int, damage: Damage) {
    let path = scratch.path("counted")
    try bytes.write(to: URL(fileURLWithPath: path))
    let producer = Process()
    let pipe = Pipe()
    if isPiped {
      producer.executableURL = URL(fileURLWithPath: "/bin/cat")
      producer.arguments = [path]
      producer.standardOutput = pipe
      try producer.run()
      try pipe.fileHandleForWriting.close()
    }
    defer { if isPiped { producer.waitUntilExit() } }
    let source = isPiped ? MediaSource.descriptor(pipe.fileHandleForReading.fileDescriptor) : .path(path)
    let reader = try MediaReader(source, options: input)
    var frames = 0
    while let event = try reader.next() { if case .frame = event { frames += 1 } }
    return (frames, reader.damage)
  }

  @Test("what libav complains about is part of the sentence, also in optimised builds")
  func complaint() throws {
    let scratch = try Scratch()
    let path = scratch.path("clip.mp4")
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=64x48 -frames:v 5 -c:v mpeg4 \(path)")
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
    #expect(
      failure(.path(path), .path(scratch.path("out.y4m")))?.description.contains("moov atom not found") == true)
  }

  @Test("a full disk is an output error", arguments: ["y4m", "matroska", "nut", "mpegts"])
  func fullDisk(format: String) throws {
    let scratch = try Scratch()
    var output = OutputOptions()
    output.format = format
    output.overwrite = true
    guard case .output(let text) = failure(.path(try clip(scratch)), .path("/dev/full"), output: output) else {
      Issue.record("not an output error")
      return
    }
    #expect(text.contains("no space left"))
  }

  @Test("unwritable, existing and unnamed outputs are refused before any work")
  func outputs() throws {
    let scratch = try Scratch()
    let source = MediaSource.path(try clip(scratch))
    guard case .output = failure(source, .path(scratch.path("no/such/folder/out.mp4"))) else {
      Issue.record("missing folder")
      return
    }
    guard case .output = failure(source, .path(scratch.path("no/such/f%04d.png"))) else {
      Issue.record("missing folder of pictures")
      return
    }
    let existing = scratch.path("there.mp4")
    try Data("precious".utf8).write(to: URL(fileURLWithPath: existing))
    #expect(failure(source, .path(existing))?.description.contains("-y") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: existing)) == Data("precious".utf8))
    guard case .usage = failure(source, .path(scratch.path("name-without-format"))) else {
      Issue.record("no format")
      return
    }
    #expect(MediaTarget.path(existing).isSameFile(as: .path(existing)))
    #expect(!MediaTarget.path(existing).isSameFile(as: source))
  }

  @Test("unknown names and options are usage errors that name them")
  func usage() throws {
    let scratch = try Scratch()
    let source = MediaSource.path(try clip(scratch))
    func text(_ name: String, _ change: (inout OutputOptions) -> Void) -> String {
      var output = OutputOptions()
      change(&output)
      guard case .usage(let text) = failure(source, .path(scratch.path(name)), output: output) else {
        return "not a usage error"
      }
      return text
    }
    #expect(text("a.mp4") { $0.codec = "libx265x" }.contains("libx265"))
    #expect(text("b.mp4") { $0.pixelFormat = "yuv420q" }.contains("yuv420p"))
    #expect(text("c.mp4") { $0.options = [("nonsense", "1")] }.contains("'nonsense'"))
    #expect(text("d.mp4") { $0.options = [("bf", "many")] }.contains("bf"))
    #expect(text("e.png") { $0.crf = 20 }.contains("--crf"))
    #expect(text("f.mp4") { $0.format = "quicktime8" }.contains("quicktime8"))
    #expect(text("g.mp4") { $0.preset = "warp" } != "not a usage error")
    var raw = InputOptions()
    raw.format = "rawvideo"
    #expect(failure(source, .path(scratch.path("h.y4m")), input: raw)?.description.contains("--size") == true)
    for name in ["a.mp4", "b.mp4", "c.mp4", "d.mp4", "e.png", "g.mp4"] {
      #expect(!FileManager.default.fileExists(atPath: scratch.path(name)), "\(name) was left behind")
    }
  }

  @Test("a consumer that goes away is an error of its own and no signal", arguments: ["y4m", "matroska"])
  func closedConsumer(format: String) throws {
    let scratch = try Scratch()
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    var output = OutputOptions()
    output.format = format
    let error = failure(
      .path(try clip(scratch, frames: 100)), .descriptor(pipe.fileHandleForWriting.fileDescriptor), output: output)
    guard case .consumerClosed = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("an interrupt ends a read that waits for a silent producer", .timeLimit(.minutes(1)))
  func interruptReading() throws {
    let pipe = Pipe()
    let flag = InterruptFlag()
    Thread.detachNewThread {
      usleep(200_000)
      flag.set()
    }
    #expect(throws: VideoError.self) {
      _ = try MediaReader(.descriptor(pipe.fileHandleForReading.fileDescriptor), interrupt: flag)
    }
    withExtendedLifetime(pipe) {}
  }

  @Test("a signal on the reading thread whose handler interrupts ends a read", .timeLimit(.minutes(1)))
  func interruptBySignal() throws {
    let pipe = Pipe()
    let flag = InterruptFlag()
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in }
    var before = sigaction()
    sigaction(SIGUSR1, &action, &before)
    defer { sigaction(SIGUSR1, &before, nil) }
    // Threads of the system's own pool block all signals; those of a program need not.
    var signals = sigset_t()
    var masked = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGUSR1)
    pthread_sigmask(SIG_UNBLOCK, &signals, &masked)
    defer { pthread_sigmask(SIG_SETMASK, &masked, nil) }
    let reading = pthread_self()
    Thread.detachNewThread {
      usleep(250_000)  // in the middle of a wait
      flag.set()
      pthread_kill(reading, SIGUSR1)
    }
    #expect(throws: VideoError.self) {
      _ = try MediaReader(.descriptor(pipe.fileHandleForReading.fileDescriptor), interrupt: flag)
    }
    withExtendedLifetime(pipe) {}
  }

  @Test("an interrupt ends a write that waits for a stuck consumer", .timeLimit(.minutes(1)))
  func interruptWriting() throws {
    let scratch = try Scratch()
    let path = try clip(scratch, frames: 500)
    let pipe = Pipe()
    let flag = InterruptFlag()
    Thread.detachNewThread {
      usleep(300_000)
      flag.set()
    }
    let reader = try MediaReader(.path(path))
    let writer = try MediaWriter(
      .descriptor(pipe.fileHandleForWriting.fileDescriptor), video: reader.info.properties, interrupt: flag)
    do throws(VideoError) {
      while case .frame(let frame)? = try reader.next() { try writer.write(frame) }
      Issue.record("was not interrupted")
    } catch {
      guard case .interrupted = error else {
        Issue.record("\(error)")
        return
      }
    }
    withExtendedLifetime(pipe) {}
  }

  @Test("a file that was interrupted half way is finished properly, even when reader and writer share the flag")
  func finishAfterInterrupt() throws {
    let scratch = try Scratch()
    let out = scratch.path("out.mp4")
    let flag = InterruptFlag()
    let reader = try MediaReader(.path(try clip(scratch, frames: 50)), interrupt: flag)
    let writer = try MediaWriter(.path(out), video: reader.info.properties, interrupt: flag)
    var written = 0
    do throws(VideoError) {
      while case .frame(let frame)? = try reader.next() {
        try writer.write(frame)
        written += 1
        if written == 20 { reader.interrupt() }
      }
      Issue.record("was not interrupted")
    } catch {
      #expect(error == .interrupted("reading \(scratch.path("clip.y4m")) was interrupted"))
    }
    flag.clear()
    try writer.finish()
    #expect(written >= 20)
    #expect(try Tool.frames(of: out).count == written)
  }

  @Test("a film with holes is concealed and counted")
  func holes() throws {
    let scratch = try Scratch()
    let path = scratch.path("clip.ts")
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=128x96 -frames:v 100 -c:v mpeg2video -b:v 2M \(path)")
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    for place in stride(from: data.count / 3, to: data.count / 2, by: 797) { data[place] ^= 0xff }
    try data.write(to: URL(fileURLWithPath: path))
    let outcome = try Passthrough.copy(.path(path), .path(scratch.path("out.y4m")))
    #expect(outcome.frames > 60)
    #expect(!outcome.damage.isEmpty)
  }
}
