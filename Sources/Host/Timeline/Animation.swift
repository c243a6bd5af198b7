// Animation.swift - what a timeline does to the parameters of one style.

/// The tracks of one style. Empty where nothing changes.
public struct Animation: Sendable {
  /// Tracks of the plugin's own parameters.
  private(set) var parameters: [Track] = []
  /// Tracks of the options that every style has.
  private(set) var options: [Track] = []
  /// Texts and pictures that keys of `parameters` name, each once.
  private(set) var stored: [ParameterValue] = []
  private var places: [ParameterValue: Int] = [:]

  /// Nothing changes.
  init() {}

  /// Whether nothing changes.
  var isEmpty: Bool { parameters.isEmpty && options.isEmpty }

  /// Adds a value at a place.
  ///
  /// - Parameters:
  ///   - index: of the parameter, in the plugin's table or in that of the common options.
  ///   - isCommon: whether it is a common option.
  mutating func add(
    _ value: ParameterValue, at keyframe: Keyframe, to parameter: ParameterInfo, index: Int, isCommon: Bool
  ) {
    let key = Track.Key(place: keyframe.place, easing: keyframe.easing, value: kept(value))
    if isCommon {
      Animation.append(key, to: &options, index, parameter)
    } else {
      Animation.append(key, to: &parameters, index, parameter)
    }
  }

  /// The same with all keys in the order of time.
  func ordered(rate: Double) -> Animation {
    var animation = self
    animation.parameters = parameters.map { $0.ordered(rate: rate) }
    animation.options = options.map { $0.ordered(rate: rate) }
    return animation
  }

  /// Whether there is a frame with less than the whole style.
  var isWeakened: Bool {
    options.contains { track in
      StyleOptions.parameters[track.index].key == "strength" && track.keys.contains { $0.value != .number(1) }
    }
  }

  private mutating func kept(_ value: ParameterValue) -> Track.Value {
    switch value {
    case .integer(let integer): return .integer(integer)
    case .number(let number): return .number(number)
    case .text, .picture, .pictures:
      let place = places[value] ?? stored.count
      if place == stored.count {
        places[value] = place
        stored.append(value)
      }
      return .stored(place)
    }
  }

  private static func append(_ key: Track.Key, to tracks: inout [Track], _ index: Int, _ parameter: ParameterInfo) {
    let place = tracks.firstIndex { $0.index == index } ?? tracks.count
    if place == tracks.count { tracks.append(Track(index: index, of: parameter)) }
    tracks[place].append(key)
  }
}
