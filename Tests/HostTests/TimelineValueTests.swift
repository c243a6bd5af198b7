// TimelineValueTests.swift - easings, tracks and switches as functions of the frame.

import PluginAPI
import Testing

@testable import Host

@Suite("the values of a timeline")
struct TimelineValueTests {
  private func moment(_ number: Int, rate: Double = 10) -> FrameMoment {
    FrameMoment(info: sth_frame_info(), number: number, seconds: Double(number) / rate)
  }

  /// Values of cubic Bezier curves, from their closed form: at parameter t, x(t) and y(t).
  @Test(
    "curves run through the points that their formula gives",
    arguments: [
      ("ease", 0.25, 0.1, 0.25, 1.0), ("ease-in", 0.42, 0, 1, 1), ("ease-out", 0, 0, 0.58, 1),
      ("ease-in-out", 0.42, 0, 0.58, 1), ("cubic-bezier(0.1, -0.6, 0.2, 1.7)", 0.1, -0.6, 0.2, 1.7),
    ])
  func curves(name: String, x1: Double, y1: Double, x2: Double, y2: Double) throws {
    let easing = try #require(Easing(name))
    for step in 0...20 {
      let t = Double(step) / 20
      let (a, b, c) = (3 * (1 - t) * (1 - t) * t, 3 * (1 - t) * t * t, t * t * t)
      #expect(abs(easing.progress(a * x1 + b * x2 + c) - (a * y1 + b * y2 + c)) < 1e-9)
    }
    #expect(easing.progress(-1) == 0)
    #expect(easing.progress(2) == 1)
  }

  @Test("known values: browsers take ease-in-out to 0.1291618 at a quarter of the way")
  func knownValues() throws {
    #expect(abs(try #require(Easing("ease-in-out")).progress(0.25) - 0.129_161_8) < 1e-6)
    #expect(abs(try #require(Easing("ease-in-out")).progress(0.5) - 0.5) < 1e-12)
    #expect(abs(try #require(Easing("ease-in")).progress(0.5) - 0.315_357_3) < 1e-6)
    #expect(Easing.linear.progress(0.3) == 0.3)
    #expect(try #require(Easing("step")).progress(0.999) == 0)
    #expect(try #require(Easing("step")).progress(1) == 1)
    for wrong in [
      "", "Linear", "cubic-bezier", "cubic-bezier(0,0,1)", "cubic-bezier(2,0,1,1)", "cubic-bezier(0,nan,1,1)",
    ] {
      #expect(Easing(wrong) == nil)
    }
  }

  private func track(
    _ kind: ParameterInfo.Kind, _ keys: [(FramePlace, String, Double)], isBounded: Bool = true
  ) throws -> Track {
    try track(kind, keys.map { ($0, $1, value(kind, $2)) }, isBounded: isBounded)
  }

  private func value(_ kind: ParameterInfo.Kind, _ number: Double) -> Track.Value {
    switch kind {
    case .float: return .number(number)
    case .int, .bool, .choice: return .integer(Int64(number))
    case .string, .path, .image, .images: return .stored(Int(number))
    }
  }

  private func track(
    _ kind: ParameterInfo.Kind, _ keys: [(FramePlace, String, Track.Value)], isBounded: Bool
  ) throws -> Track {
    var track = Track(
      index: 0,
      of: ParameterInfo(
        key: "x", label: "", help: "", unit: nil, kind: kind, isRequired: false, isRuntime: true, isModel: false,
        isBundled: false,
        hardMin: isBounded ? -2 : nil, hardMax: isBounded ? 10 : nil, softMin: nil, softMax: nil, defaultNumber: 0,
        defaultText: nil, choices: []))
    for (place, easing, value) in keys {
      track.append(Track.Key(place: place, easing: try #require(Easing(easing)), value: value))
    }
    return track.ordered(rate: 10)
  }

  private func sample(_ track: Track, _ moment: FrameMoment) -> Double {
    switch track.value(at: moment) {
    case .number(let number): return number
    case .integer(let integer): return Double(integer)
    case .stored(let place): return Double(place)
    }
  }

  @Test("a value holds before the first keyframe and after the last, and goes evenly between")
  func between() throws {
    let track = try track(.float, [(.frame(15), "linear", 6), (.frame(5), "linear", 1)])
    for number in 0..<20 {
      let expected = 1 + Double(min(15, max(5, number)) - 5) / 2
      #expect(abs(sample(track, moment(number)) - expected) < 1e-12)
    }
  }

  @Test("the easing is that of the keyframe a value goes to; values stay within their range")
  func easing() throws {
    let track = try track(
      .float,
      [
        (.seconds(0), "step", 0), (.seconds(1), "ease-in-out", 4), (.seconds(2), "step", 1),
        (.seconds(3), "cubic-bezier(0.5, 5, 0.5, 5)", 9),
      ])
    let curve = try #require(Easing("ease-in-out"))
    for number in 0...10 {
      #expect(abs(sample(track, moment(number)) - 4 * curve.progress(Double(number) / 10)) < 1e-12)
    }
    #expect((10..<20).allSatisfy { sample(track, moment($0)) == 4 })
    #expect(sample(track, moment(20)) == 1)
    #expect((20...30).map { sample(track, moment($0)) }.max() == 10)
  }

  @Test(
    "whole numbers round; truth values, choices and texts step; of two keyframes at one place the later in the file holds"
  )
  func kinds() throws {
    let keys: [(FramePlace, String, Double)] = [(.frame(0), "linear", 0), (.frame(4), "linear", 2)]
    #expect(try (0...4).map { sample(try track(.int, keys), moment($0)) } == [0, 1, 1, 2, 2])
    for kind in [ParameterInfo.Kind.bool, .choice, .string, .image] {
      #expect(try (0...4).map { sample(try track(kind, keys), moment($0)) } == [0, 0, 0, 0, 2])
    }
    let jump = try track(.float, keys + [(.frame(4), "linear", 7)])
    #expect((3...5).map { sample(jump, moment($0)) } == [1.5, 7, 7])
  }

  @Test("times and numbers of frames mix; what a container rounds off a time does not shift it by a frame")
  func places() throws {
    let mixed = try track(.float, [(.frame(10), "linear", 1), (.seconds(0), "linear", 0), (.seconds(2), "linear", 2)])
    for number in 0...20 { #expect(abs(sample(mixed, moment(number)) - Double(number) / 10) < 1e-12) }
    let early = FrameMoment(info: sth_frame_info(), number: 30, seconds: 1.0005)
    let reached = { FramePlace.reached(FramePlace.due([.seconds($0)], rate: $1), by: early) }
    #expect(reached(1.001, 10) == 1)
    #expect(reached(1.002, 10) == 0)
    // Of a thousand frames a second a millisecond would be the next.
    #expect(reached(1.0009, 1000) == 1)
    #expect(reached(1.0012, 1000) == 0)
  }

  @Test("where frames come unevenly a keyframe is reached when it and all before it are")
  func uneven() throws {
    let track = try track(
      .choice,
      [
        (.seconds(0), "linear", 0), (.frame(4), "linear", 1), (.seconds(0.5), "linear", 2),
        (.seconds(0.6), "linear", 3),
        (.seconds(0.7), "linear", 4),
      ])
    #expect((0..<6).map { sample(track, moment($0, rate: 2)) } == [0, 0, 0, 0, 4, 4])
  }

  @Test("numbers without bounds stay numbers, and whole numbers are exact up to the largest")
  func unbounded() throws {
    let swing = "cubic-bezier(0.5, 1000, 0.5, 1000)"
    for end in [9e18, -9e18] {
      let whole = try track(.int, [(.frame(0), "linear", 0), (.frame(10), swing, end)], isBounded: false)
      let values = (0...10).map { sample(whole, moment($0)) }
      #expect(values.allSatisfy { abs($0) <= 0x1p63 })
      #expect(values.last == end)
    }
    for integer in [Int64.max, .min, (1 << 53) + 1] {
      let keys = [(FramePlace.frame(0), "linear", Track.Value.integer(integer)), (.frame(4), swing, .integer(integer))]
      let held = try track(.int, keys, isBounded: false)
      #expect((0...5).allSatisfy { held.value(at: moment($0)) == .integer(integer) })
      let going = try track(
        .int, [(.frame(0), "linear", .integer(0)), (.frame(4), "linear", .integer(integer))], isBounded: false)
      #expect(going.value(at: moment(4)) == .integer(integer))
    }
    for easing in ["linear", swing] {
      let keys = [(FramePlace.frame(0), "linear", -1.7e308), (.frame(10), easing, 1.7e308)]
      let far = try track(.float, keys, isBounded: false)
      #expect((0...10).allSatisfy { sample(far, moment($0)).isFinite })
    }
  }

  /// What frames 0 ..< count show, "a", "-" for none, "a>b 0.5" in a fade; cuts at the frames given.
  private func shown(_ switches: [StyleSwitch], count: Int, cuts: Set<Int> = []) -> [String] {
    var director = StyleDirector(switches, rate: 10)
    let name = { (style: Int?) in style.map { String("abc".dropFirst($0).prefix(1)) } ?? "-" }
    return (0..<count).map {
      let showing = director.next(moment($0), isCut: cuts.contains($0))
      if showing.share == 1 { return name(showing.style) }
      return "\(name(showing.former))>\(name(showing.style)) \((showing.share * 1000).rounded() / 1000)"
    }
  }

  private func change(_ place: FramePlace, _ style: Int?, fade: Double = 0, onCut: Bool = false) -> StyleSwitch {
    StyleSwitch(place: place, style: style, fade: fade, easing: .linear, isOnCut: onCut)
  }

  @Test("styles switch at their frame, before the first the picture is as it is")
  func hard() {
    #expect(
      shown([change(.seconds(0.4), 1), change(.frame(2), 0), change(.frame(6), nil)], count: 8)
        == ["-", "-", "a", "a", "b", "b", "-", "-"])
  }

  @Test("a fade takes its time, from the keyframe on; a switch within it ends it")
  func fades() {
    #expect(
      shown([change(.frame(0), 0), change(.seconds(0.15), 1, fade: 0.4)], count: 8)
        == ["a", "a", "a>b 0.125", "a>b 0.375", "a>b 0.625", "a>b 0.875", "b", "b"])
    #expect(
      shown([change(.frame(0), 0, fade: 0.4), change(.frame(2), 1, fade: 0.2), change(.frame(3), 2)], count: 5)
        == ["-", "->a 0.25", "a", "c", "c"])
  }

  @Test("a switch on a cut waits for the first cut from its place on; a later switch takes its place")
  func onCut() {
    let switches = [change(.frame(0), 0), change(.frame(3), 1, onCut: true)]
    #expect(shown(switches, count: 7, cuts: [2, 5]) == ["a", "a", "a", "a", "a", "b", "b"])
    #expect(shown(switches, count: 5, cuts: [3]) == ["a", "a", "a", "b", "b"])
    #expect(shown(switches + [change(.frame(4), 2)], count: 7, cuts: [5]) == ["a", "a", "a", "a", "c", "c", "c"])
    #expect(
      shown([change(.frame(0), 0), change(.frame(1), 1, fade: 0.2, onCut: true)], count: 6, cuts: [2])
        == ["a", "a", "a", "a>b 0.5", "b", "b"])
  }
}
