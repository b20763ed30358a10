export interface XmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlNode[]
  /** What stands between the tags, without whitespace where there are children. */
  text: string
}

const NAME = '[A-Za-z][\\w-]*'
const TAG = new RegExp(`<(?<end>/?)(?<name>${NAME})(?<attributes>(?: ${NAME}="[^"<]*")*)(?<empty>/?)>`, 'y')
const TEXT = /[^<]+/y
// What XML 1.0 may hold at all: w3.org/TR/xml/#charsets
const STORABLE = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u

/** A strict reader of the XML that we write: throws for anything that is not well-formed. */
export function readXml(source: string): XmlNode {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
  if (!source.startsWith(head)) throw new Error('no XML declaration')
  if (!STORABLE.test(source)) throw new Error('characters that XML cannot hold')
  const document: XmlNode = { name: '', attributes: {}, children: [], text: '' }
  const open = [document]
  for (let at = head.length; at < source.length;) {
    const parent = open[open.length - 1]
    TEXT.lastIndex = TAG.lastIndex = at
    const text = TEXT.exec(source)
    if (text) {
      parent.text += decode(text[0])
      at = TEXT.lastIndex
      continue
    }
    const groups = TAG.exec(source)?.groups
    if (!groups) throw new Error(`no tag at ${JSON.stringify(source.slice(at, at + 40))}`)
    at = TAG.lastIndex
    if (groups.end === '/') {
      if (open.length === 1 || parent.name !== groups.name) throw new Error(`</${groups.name}> ends <${parent.name}>`)
      open.pop()
      continue
    }
    const node: XmlNode = { name: groups.name, attributes: attributesIn(groups.attributes), children: [], text: '' }
    parent.children.push(node)
    if (groups.empty === '') open.push(node)
  }
  if (open.length !== 1 || document.children.length !== 1)
    throw new Error(`${open.length} elements are open at the end`)
  return document.children[0]
}

function attributesIn(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, decode(value)] as const)
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Error('an attribute is there twice')
  return Object.fromEntries(pairs)
}

/** A parser makes spaces of line ends in attributes: where they are meant they must be references. */
function decode(text: string): string {
  if (/&(?!#\d+;)/.test(text)) throw new Error(`an ampersand stands alone in ${JSON.stringify(text)}`)
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
}
