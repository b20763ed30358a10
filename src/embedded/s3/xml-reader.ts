import { S3Error } from './errors.ts'

/** An element of a request document. `text` is its own character data, untrimmed. */
export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

interface OpenElement {
  name: string
  text: string
  children: XmlElement[]
}

const maxDepth = 16
const token = new RegExp(
  [
    '<\\?xml[^?]*\\?>', // declaration
    '<!--(?:(?!--)[^])*-->', // comment
    '<!\\[CDATA\\[(?<cdata>(?:(?!\\]\\]>)[^])*)\\]\\]>',
    '</(?<close>[A-Za-z_][\\w.:-]*)\\s*>',
    '<(?<open>[A-Za-z_][\\w.:-]*)(?:\\s+[A-Za-z_][\\w.:-]*\\s*=\\s*(?:"[^"<]*"|\'[^\'<]*\'))*\\s*(?<empty>/?)>',
    '(?<text>[^<]+)',
  ].join('|'),
  'y',
)
const reference = /&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));|&/g
const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * Reads the few documents S3 accepts: elements, text, CDATA, comments, the five predefined entities and character
 * references. Attributes (namespaces) are checked for form and dropped, prefixes are cut. No DOCTYPE and so no entity
 * can be declared; no processing instruction; at most 16 levels.
 *
 * Throws S3Error MalformedXML for anything else.
 */
export function readXml(text: string): XmlElement {
  const top: OpenElement = { name: '', text: '', children: [] }
  const path: OpenElement[] = [top]
  let at = text.startsWith('\uFEFF') ? 1 : 0
  while (at < text.length) {
    token.lastIndex = at
    const found = token.exec(text)
    if (found === null) throw new S3Error('MalformedXML')
    at = token.lastIndex
    apply(path, found.groups ?? {})
  }
  const [root, ...rest] = top.children
  if (path.length !== 1 || root === undefined || rest.length > 0 || top.text.trim() !== '') {
    throw new S3Error('MalformedXML')
  }
  return root
}

function apply(path: OpenElement[], found: Readonly<Record<string, string | undefined>>): void {
  const current = path[path.length - 1]
  if (found.text !== undefined) {
    current.text += found.text.replace(reference, decodeReference)
  } else if (found.cdata !== undefined) {
    current.text += found.cdata
  } else if (found.open !== undefined) {
    const element: OpenElement = { name: localName(found.open), text: '', children: [] }
    current.children.push(element)
    if (found.empty === '') path.push(element)
    if (path.length > maxDepth) throw new S3Error('MalformedXML')
  } else if (found.close !== undefined) {
    if (path.length === 1 || current.name !== localName(found.close)) throw new S3Error('MalformedXML')
    path.pop()
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function decodeReference(_: string, name?: string, decimal?: string, hex?: string): string {
  if (name !== undefined) return predefined[name]
  const code = decimal !== undefined ? parseInt(decimal, 10) : hex !== undefined ? parseInt(hex, 16) : NaN
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
  if (!isCharacter) throw new S3Error('MalformedXML')
  return String.fromCodePoint(code)
}

/** Text of the first child of that name. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text
}
