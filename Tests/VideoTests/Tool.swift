// The ffmpeg program as the tests' second opinion: makes clips, and says what is in them. The tests need it installed.
import Foundation
import Glibc
import TestFolders

@testable import Video

/// Runs ffmpeg and ffprobe.
enum Tool {
  struct Failure: Error, CustomStringConvertible { let description: String }

  /// Runs a program of the PATH; its output, or an error with its last words.
  @discardableResult
  static func run(_ arguments: [String], input: Pipe? = nil) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let output = Pipe()
    let scratch = try Scratch()
    let log = scratch.url.appendingPathComponent("log")
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: log)
    if let input { process.standardInput = input } else { process.standardInput = FileHandle.nullDevice }
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        description: "\(arguments.joined(separator: " ")): \((try? String(contentsOf: log, encoding: .utf8)) ?? "")")
    }
    return data
  }

  /// ffmpeg with these words, split at spaces.
  @discardableResult
  static func ffmpeg(_ words: String) throws -> Data {
    try run(["ffmpeg", "-v", "error", "-y"] + words.split(separator: " ").map(String.init))
  }

  /// One value of ffprobe's -show_entries.
  static func probe(_ entries: String, of path: String, stream: String = "v:0") throws -> String {
    let data = try run(
      ["ffprobe", "-v", "error", "-select_streams", stream, "-show_entries", entries, "-of", "csv=p=0", path])
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What ffmpeg's framemd5 says of a file: time, duration and md5 of each frame or packet.
  static func frames(
    of path: String, _ words: String = "-map 0:v:0 -fps_mode passthrough -enc_time_base -1", input: String = ""
  ) throws
    -> [FrameMD5]
  {
    try parse(ffmpeg("\(input) -i \(path) \(words) -f framemd5 -"))
  }

  static func parse(_ data: Data) throws -> [FrameMD5] {
    var base = Rational(1, 1)
    var frames: [FrameMD5] = []
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      if line.hasPrefix("#tb 0: ") { base = Rational(parsing: String(line.dropFirst(7))) ?? base }
      if line.hasPrefix("#") { continue }
      let parts = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count >= 6, let time = Int64(parts[2]) else { continue }
      frames.append(FrameMD5(microseconds: base.rescale(time, to: Rational(1, 1_000_000)), md5: parts[5]))
    }
    return frames
  }
}

/// One line of framemd5.
struct FrameMD5: Equatable {
  var microseconds: Int64
  var md5: String
}

/// A reader wired to a writer: what the host does without a plugin.
enum Passthrough {
  struct Outcome {
    var info: VideoStreamInfo
    var frames = 0
    var losses: [String] = []
    var notes: [String] = []
    var damage = Damage()
  }

  @discardableResult
  static func copy(
    _ source: MediaSource, _ target: MediaTarget, input: InputOptions = InputOptions(),
    output: OutputOptions = OutputOptions()
  ) throws(VideoError) -> Outcome {
    let reader = try MediaReader(source, options: input)
    let writer = try MediaWriter(target, options: output, video: reader.info.properties, copying: reader.companions)
    var outcome = Outcome(info: reader.info)
    while let event = try reader.next() {
      switch event {
      case .frame(let frame):
        try writer.write(frame)
        outcome.frames += 1
      case .packet(let packet): try writer.write(packet)
      }
    }
    try writer.finish()
    outcome.losses = writer.losses
    outcome.notes = writer.notes
    outcome.damage = reader.damage
    return outcome
  }

  /// `ffmpeg -i SOURCE -f FORMAT - | passthrough -f FORMAT | ffmpeg -i - framemd5`, over real pipes.
  static func throughPipes(
    _ source: String, producer: String, input: InputOptions = InputOptions(), output: OutputOptions,
    consumer: String = ""
  ) throws -> (outcome: Outcome, frames: [FrameMD5]) {
    let feed = Pipe()
    let make = Process()
    make.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    make.arguments = ["ffmpeg", "-v", "error", "-i", source] + producer.split(separator: " ").map(String.init) + ["-"]
    make.standardOutput = feed
    make.standardInput = FileHandle.nullDevice
    let drain = Pipe()
    let result = Pipe()
    let take = Process()
    take.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    take.arguments =
      ["ffmpeg", "-v", "error"] + consumer.split(separator: " ").map(String.init)
      + ["-i", "-", "-map", "0:v:0", "-fps_mode", "passthrough", "-enc_time_base", "-1", "-f", "framemd5", "-"]
    take.standardInput = drain
    take.standardOutput = result
    try make.run()
    try take.run()
    try? feed.fileHandleForWriting.close()
    try? drain.fileHandleForReading.close()
    let outcome = try copy(
      .descriptor(feed.fileHandleForReading.fileDescriptor), .descriptor(drain.fileHandleForWriting.fileDescriptor),
      input: input,
      output: output)
    try drain.fileHandleForWriting.close()
    let frames = try Tool.parse(result.fileHandleForReading.readDataToEndOfFile())
    make.waitUntilExit()
    take.waitUntilExit()
    return (outcome, frames)
  }
}
