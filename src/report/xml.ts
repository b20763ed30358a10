/** XML that is known to be well-formed. Only `element` makes it. */
export class XmlElement {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

/**
 * An element with its attributes, those undefined left out, and its content, elements or text. Every text is escaped; what
 * XML 1.0 cannot hold at all (w3.org/TR/xml/#charsets) becomes U+FFFD.
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content: readonly (XmlElement | string)[] = [],
): XmlElement {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('')
  if (content.length === 0) return new XmlElement(`<${name}${written}/>`)
  const inner = content.map((part) => (typeof part === 'string' ? escapeXml(part) : `\n${part.source}`)).join('')
  const end = content.some((part) => typeof part !== 'string') ? '\n' : ''
  return new XmlElement(`<${name}${written}>${inner}${end}</${name}>`)
}

// Without the u flag surrogates are characters of their own: the lone ones are found by what is not beside them.
const FORBIDDEN =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

/** Line ends and tabs as references, or a parser would make them spaces in attributes. */
function escapeXml(text: string): string {
  return text
    .replaceAll(FORBIDDEN, '\uFFFD')
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
}
