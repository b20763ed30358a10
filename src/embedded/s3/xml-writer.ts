const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

// Characters that XML 1.0 cannot hold are written as references all the same, as S3 does; `encoding-type=url` avoids them.
// oxlint-disable-next-line no-control-regex
const special = /[&<>"\u0000-\u001f\u007f]/g
const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export function escapeXml(text: string): string {
  return text.replace(special, (character) => names[character] ?? `&#x${character.charCodeAt(0).toString(16)};`)
}

/** `<name>text</name>` with the text escaped. */
export function leaf(name: string, text: string | number | boolean): string {
  return `<${name}>${typeof text === 'string' ? escapeXml(text) : text}</${name}>`
}

/** `<name>…</name>` around elements that are XML already. */
export function branch(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`
}

/** A whole answer in S3's namespace. */
export function xmlDocument(name: string, ...children: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${namespace}">${children.join('')}</${name}>`
}

/** S3's error document, which alone has no namespace. */
export function xmlError(...children: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${branch('Error', ...children)}`
}
