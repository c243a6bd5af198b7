// Numbers for inputs of a network beside the frame, as a person types them.
import Networks
import PluginKit

/// What `style=` and `inputs=` say.
struct FurtherInputs {
  /// Of the first input that takes numbers.
  let style: String
  /// name=value;name=value
  let named: String

  /// The numbers of every input that takes some. Inputs of which nothing is said take their first entry; single numbers must
  /// be given.
  func numbers(for ports: [ONNXPort]) throws(PluginError) -> [String: [Float]] {
    let ports = ports.filter { !$0.isPicture }
    var texts: [String: String] = [:]
    for item in named.split(separator: ";") {
      guard let equals = item.firstIndex(of: "=") else {
        throw Self.refusal("inputs", named, "'\(item)' is not name=numbers")
      }
      texts[String(item[..<equals])] = String(item[item.index(after: equals)...])
    }
    for name in texts.keys.sorted() where !ports.contains(where: { $0.name == name }) {
      let names = ports.map { "'\($0.name)' (\($0.count == 1 ? "1 number" : "\($0.count) numbers"))" }.joined(
        separator: ", ")
      let known = ports.isEmpty ? "no input takes numbers" : "inputs that take numbers are \(names)"
      throw Self.refusal("inputs", named, "the network has no input '\(name)' for numbers; \(known)")
    }
    if !style.isEmpty {
      guard let first = ports.first else { throw Self.refusal("style", style, "no input of the network takes numbers") }
      guard texts[first.name] == nil else { throw Self.refusal("style", style, "inputs= gives '\(first.name)' too") }
      texts[first.name] = style
    }
    var numbers: [String: [Float]] = [:]
    for port in ports {
      if let text = texts[port.name] {
        let isStyle = !style.isEmpty && port.name == ports.first?.name
        numbers[port.name] = try Self.numbers(text, for: port) { (reason) in
          Self.refusal(isStyle ? "style" : "inputs", isStyle ? style : named, "input '\(port.name)': \(reason)")
        }
      } else if port.count > 1 {
        numbers[port.name] = [1] + Array(repeating: 0, count: port.count - 1)
      } else {
        throw PluginError(
          .badParameter,
          "input '\(port.name)' of the network takes a number: give inputs=\(port.name)=NUMBER")
      }
    }
    return numbers
  }

  /// What was taken without being said.
  func remarks(for ports: [ONNXPort]) -> [String] {
    guard style.isEmpty, named.isEmpty, let first = ports.first(where: { $0.count > 1 }) else { return [] }
    return ["input '\(first.name)' takes \(first.count) numbers: entry 0 is taken (style=)"]
  }

  /// Numbers of one input. `refused` makes a sentence of what is wrong with them.
  private static func numbers(
    _ text: String, for port: ONNXPort, refused: (String) -> PluginError
  ) throws(PluginError) -> [Float] {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count > 1 || port.count == 1 {
      let numbers = parts.compactMap { Float($0) }.filter(\.isFinite)
      guard numbers.count == parts.count, numbers.count == port.count else {
        throw refused(
          port.count == 1 ? "it takes one number" : "it takes \(port.count) numbers with '/' between them")
      }
      return numbers
    }
    var numbers = [Float](repeating: 0, count: port.count)
    for item in text.split(separator: "+", omittingEmptySubsequences: false) {
      let pair = item.split(separator: ":", omittingEmptySubsequences: false)
      guard pair.count <= 2, let entry = Int(pair[0]), let share = pair.count == 2 ? Float(pair[1]) : 1, share.isFinite
      else { throw refused("'\(item)' is neither an entry nor entry:share") }
      // Sums of finite numbers may be infinite.
      guard share.magnitude <= 1000 else { throw refused("the share of '\(item)' is beyond -1000...1000") }
      guard numbers.indices.contains(entry) else {
        throw refused("there is no entry \(entry); entries are 0 to \(port.count - 1)")
      }
      numbers[entry] += share
    }
    return numbers
  }

  private static func refusal(_ key: String, _ text: String, _ reason: String) -> PluginError {
    PluginError(.badParameter, "cannot use \(key)=\(text): \(reason)")
  }
}
