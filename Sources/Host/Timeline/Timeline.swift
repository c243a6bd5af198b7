// Timeline.swift - a timeline file whose styles have been found and whose values have been checked.

import PluginAPI

/// The styles of a run and what happens to them.
public struct Timeline: Sendable {
  /// What is to be started: first the styles that the timeline switches between, then those of -s, each with its animation.
  public private(set) var styles: [ResolvedStyle] = []
  private(set) var switches: [StyleSwitch] = []
  /// The first keyframe that waits for a cut, for errors.
  private(set) var cutKeyframe: String?

  /// What the person should know.
  public private(set) var notes: [String] = []

  private let file: TimelineFile
  /// Styles by what a keyframe may call them; several where the name is not clear.
  private var named: [String: [Int]] = [:]

  /// Finds every style and checks every keyframe.
  ///
  /// - Parameter given: the styles of -s.
  /// - Throws: `HostError`: usage for what the file says, plugin for styles that cannot be found.
  public init(_ file: TimelineFile, given: [StyleSpec], _ resolver: StyleResolver) throws(HostError) {
    self.file = file
    let used = Set(file.keyframes.map(\.style))
    for (name, spec) in file.styles {
      guard used.contains(name) || file.styles.count == 1 else {
        notes.append("\(file.name): style '\(name)' is not loaded: no keyframe names it")
        continue
      }
      do {
        var style = try resolver.resolve(spec)
        style.isSwitched = true
        style.name = name
        named[name] = [styles.count]
        styles.append(style)
      } catch {
        throw HostError(error.kind, "\(file.name): style '\(name)': \(error)")
      }
    }
    for (position, spec) in given.enumerated() { try append(resolver.resolve(spec), spec, position: position) }
    for keyframe in file.keyframes { try add(keyframe) }
    try completeSwitches()
    guard !styles.isEmpty else {
      throw HostError(.usage, "\(file.name): there is no style: name some under 'styles', or with -s")
    }
    let showsSource = showsSource
    for index in styles.indices where styles[index].isSwitched { styles[index].isMixedWithSource = showsSource }
  }

  /// What follows the switches, in a run of so many frames per second.
  func director(frameRate: Double) -> StyleDirector? {
    switches.isEmpty ? nil : StyleDirector(switches, rate: frameRate)
  }

  /// A style of -s goes by its position ("s1"), its plugin's id, and its file's name without ending.
  private mutating func append(_ style: ResolvedStyle, _ spec: StyleSpec, position: Int) {
    var names: Set = ["s\(position + 1)", style.plugin.info.id, spec.name]
    if spec.namesFile { names.insert(PathText.stem(spec.name)) }
    for name in names where named[name] == nil || !file.styles.contains(where: { $0.name == name }) {
      named[name, default: []].append(styles.count)
    }
    styles.append(style)
  }

  private mutating func add(_ keyframe: Keyframe) throws(HostError) {
    switch keyframe.event {
    case .show(let fade, let isOnCut):
      let style = keyframe.style == TimelineFile.none ? nil : try index(keyframe)
      if let style, !styles[style].isSwitched {
        throw flaw(
          keyframe, "'\(keyframe.style)' was given with -s and is always shown: name it under 'styles' instead")
      }
      if isOnCut, cutKeyframe == nil { cutKeyframe = "\(file.name): \(keyframe.title)" }
      switches.append(
        StyleSwitch(place: keyframe.place, style: style, fade: fade, easing: keyframe.easing, isOnCut: isOnCut))
    case .set(let key, let value):
      if keyframe.style == TimelineFile.none { throw flaw(keyframe, "the picture as it is has no parameters") }
      try set(key, value, keyframe, try index(keyframe))
    }
  }

  private mutating func set(_ key: String, _ value: String, _ keyframe: Keyframe, _ style: Int) throws(HostError) {
    let own = styles[style].plugin.info.parameters
    let isCommon = StyleOptions.owns(key, beside: styles[style].plugin.info)
    let table = isCommon ? StyleOptions.parameters : own
    guard let index = table.firstIndex(where: { $0.key == key }) else {
      let keys = (own + StyleOptions.parameters).map(\.key)
      throw flaw(keyframe, "\(keyframe.style) has no parameter '\(key)'\(Suggestion.sentence(for: key, among: keys))")
    }
    guard table[index].isRuntime else {
      throw flaw(keyframe, "'\(key)' of \(keyframe.style) cannot change during a run: give it with the style")
    }
    let parsed: ParameterValue
    do {
      parsed = try table[index].value(parsing: value, plugin: keyframe.style)
    } catch {
      throw flaw(keyframe, error.description)
    }
    styles[style].animation.add(parsed, at: keyframe, to: table[index], index: index, isCommon: isCommon)
  }

  /// A single style that nothing switches to is shown from the beginning.
  private mutating func completeSwitches() throws(HostError) {
    guard switches.isEmpty, !file.styles.isEmpty else { return }
    guard file.styles.count == 1 else {
      let names = file.styles.map { "'\($0.name)'" }.joined(separator: ", ")
      throw HostError(.usage, "\(file.name): no keyframe switches to a style: there is \(names)")
    }
    switches = [StyleSwitch(place: .frame(0), style: 0, fade: 0, easing: .linear, isOnCut: false)]
  }

  /// Whether some frame shows the picture as it is: before the first switch, under a fade from it, or because a switch says so.
  private var showsSource: Bool {
    var director = StyleDirector(switches, rate: FrameMoments.rate(nil))
    let start = director.next(FrameMoment(info: sth_frame_info(), number: 0, seconds: 0), isCut: false)
    return start.style == nil || start.former == nil || switches.contains { $0.style == nil }
  }

  private func index(_ keyframe: Keyframe) throws(HostError) -> Int {
    let found = named[keyframe.style] ?? []
    guard found.count <= 1 else {
      throw flaw(keyframe, "several styles are called '\(keyframe.style)': s1 is the first of -s, s2 the second")
    }
    guard let index = found.first else {
      let names = named.keys.sorted()
      let hint = Suggestion.sentence(for: keyframe.style, among: names)
      throw flaw(
        keyframe,
        "there is no style '\(keyframe.style)'\(hint.isEmpty ? ": there is \(names.joined(separator: ", "))" : hint)")
    }
    return index
  }

  private func flaw(_ keyframe: Keyframe, _ text: String) -> HostError {
    HostError(.usage, "\(file.name): \(keyframe.title): \(text)")
  }
}
