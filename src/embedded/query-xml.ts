// A carriage return as such would come back as a line feed: XML readers normalize it.
const special = /[&<>"\r]/g
const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xd;',
}
// eslint-disable-next-line no-control-regex -- finding control characters is the point
const impossible = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

/** Text inside an element; what XML 1.0 cannot hold becomes a question mark. */
export function escapeText(text: string): string {
  return text.replace(impossible, '?').replace(special, (character) => references[character])
}

/** `<name>…</name>` around XML. */
export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`
}

/** `<name>text</name>` */
export function textElement(name: string, text: string): string {
  return element(name, escapeText(text))
}
