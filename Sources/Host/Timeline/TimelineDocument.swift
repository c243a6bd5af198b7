// TimelineDocument.swift - the JSON of a timeline as Codable types.

import Foundation

/// A mistake in a timeline file, in words that follow the file's name.
struct TimelineFlaw: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// What JSONDecoder found in data, with the place.
  init(_ error: DecodingError, in data: Data) {
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      description = TimelineFlaw.place(context.codingPath) + "has the wrong kind of value"
    case .keyNotFound(let key, let context):
      description = TimelineFlaw.place(context.codingPath) + "has no '\(key.stringValue)'"
    default: description = TimelineFlaw.syntax(of: data)
    }
  }

  /// What keeps data from being JSON. JSONDecoder does not say; JSONSerialization says "Invalid value around character 14.".
  private static func syntax(of data: Data) -> String {
    var detail = "nobody can tell why"
    do {
      _ = try JSONSerialization.jsonObject(with: data)
    } catch {
      detail = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? "\(error)"
    }
    let parts = detail.components(separatedBy: " around character ")
    guard parts.count == 2, let offset = Int(parts[1].dropLast()) else { return "it is no JSON: \(detail)" }
    let before = data.prefix(offset).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let column = String(decoding: before.last ?? Data(), as: UTF8.self).count + 1
    return "it is no JSON: line \(max(1, before.count)), column \(column): \(parts[0])"
  }

  /// "keyframe 3: 'time' ", "styles: 'candy' ".
  private static func place(_ path: [any CodingKey]) -> String {
    guard let first = path.first else { return "the file " }
    var (words, rest) = (first.stringValue, path.dropFirst())
    if words == "keyframes", let number = rest.first?.intValue {
      (words, rest) = ("keyframe \(number + 1)", rest.dropFirst())
    }
    return rest.last.map { "\(words): '\($0.stringValue)' " } ?? "\(words) "
  }
}

/// The whole file.
struct TimelineDocument: Decodable {
  var styles: [String: String] = [:]
  var keyframes: [KeyframeDocument] = []

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    try AnyKey.refuseStrangers(in: container, known: ["styles", "keyframes"], of: "the file")
    styles = try container.decodeIfPresent([String: String].self, forKey: AnyKey("styles")) ?? [:]
    keyframes = try container.decode([KeyframeDocument].self, forKey: AnyKey("keyframes"))
  }
}

/// One keyframe, fields as they are.
struct KeyframeDocument: Decodable {
  /// A number, a text or a truth value, as a person would type it after -s.
  struct Value: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let integer = try? container.decode(Int64.self) {
        text = "\(integer)"
      } else if let number = try? container.decode(Double.self) {
        text = "\(number)"
      } else if let text = try? container.decode(String.self) {
        self.text = text
      } else {
        text = try container.decode(Bool.self) ? "true" : "false"
      }
    }
  }

  private let time: Double?
  private let frame: Double?
  private let style: String?
  private let fade: Double?
  private let on: String?
  private let parameter: String?
  private let value: Value?
  private let easing: String?

  private static let fields = ["time", "frame", "style", "fade", "on", "parameter", "value", "easing"]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    let number = (decoder.codingPath.last?.intValue ?? 0) + 1
    try AnyKey.refuseStrangers(in: container, known: KeyframeDocument.fields, of: "keyframe \(number)")
    time = try container.decodeIfPresent(Double.self, forKey: AnyKey("time"))
    frame = try container.decodeIfPresent(Double.self, forKey: AnyKey("frame"))
    style = try container.decodeIfPresent(String.self, forKey: AnyKey("style"))
    fade = try container.decodeIfPresent(Double.self, forKey: AnyKey("fade"))
    on = try container.decodeIfPresent(String.self, forKey: AnyKey("on"))
    parameter = try container.decodeIfPresent(String.self, forKey: AnyKey("parameter"))
    value = try container.decodeIfPresent(Value.self, forKey: AnyKey("value"))
    easing = try container.decodeIfPresent(String.self, forKey: AnyKey("easing"))
  }

  /// - Parameter number: its place in the file, from 1.
  /// - Throws: `TimelineFlaw`.
  func keyframe(number: Int) throws -> Keyframe {
    func flaw(_ text: String) -> TimelineFlaw { TimelineFlaw("keyframe \(number): \(text)") }
    let place: FramePlace
    switch (time, frame) {
    case (let time?, nil):
      guard (0...1e9).contains(time) else { throw flaw("time \(time) is not a number of seconds, 0 or more") }
      place = .seconds(time)
    case (nil, let frame?):
      guard (0...1e15).contains(frame), let whole = Int(exactly: frame) else {
        throw flaw("frame \(frame) is not a whole number, 0 or more")
      }
      place = .frame(whole)
    default: throw flaw("it needs one of 'time' (seconds) and 'frame' (a number)")
    }
    guard let style, !style.isEmpty else { throw flaw("it needs a 'style'") }
    var curve = Easing.linear
    if let easing {
      guard let known = Easing(easing) else {
        let names = Easing.named.map(\.name)
        throw flaw(
          "there is no easing '\(easing)'\(Suggestion.sentence(for: easing, among: names)): "
            + "there are \(names.joined(separator: ", ")) and cubic-bezier(x1, y1, x2, y2)")
      }
      curve = known
    }
    return Keyframe(number: number, place: place, style: style, event: try event(flaw), easing: curve)
  }

  private func event(_ flaw: (String) -> TimelineFlaw) throws -> Keyframe.Event {
    if let parameter {
      guard let value else { throw flaw("parameter '\(parameter)' needs a 'value'") }
      guard fade == nil, on == nil else { throw flaw("'fade' and 'on' are for a keyframe that switches to a style") }
      return .set(key: parameter, value: value.text)
    }
    if value != nil { throw flaw("'value' needs a 'parameter'") }
    guard on == nil || on == "cut" else { throw flaw("'on' can be \"cut\" only, not \"\(on ?? "")\"") }
    if let fade, !(0...1e6).contains(fade) { throw flaw("fade \(fade) is not a number of seconds, 0 or more") }
    if easing != nil, fade ?? 0 == 0 { throw flaw("'easing' needs a 'fade', or a 'parameter' with a 'value'") }
    return .show(fade: fade ?? 0, onCut: on != nil)
  }
}

/// Any key of an object.
private struct AnyKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(_ text: String) { (stringValue, intValue) = (text, nil) }
  init(stringValue: String) { self.init(stringValue) }
  init(intValue: Int) { (stringValue, self.intValue) = ("\(intValue)", intValue) }

  static func refuseStrangers(
    in container: KeyedDecodingContainer<AnyKey>, known: [String], of place: String
  ) throws {
    for key in container.allKeys.map(\.stringValue).sorted() where !known.contains(key) {
      let hint = Suggestion.sentence(for: key, among: known)
      throw TimelineFlaw(
        "\(place) has no '\(key)'\(hint.isEmpty ? ": there is " + known.joined(separator: ", ") : hint)")
    }
  }
}
