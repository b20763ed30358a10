import { element, escapeText, textElement } from '../../query-xml.ts'

type Render = (value: unknown, action: string) => string

/** Flattened: one element per item, and none around them. */
function list(name: (action: string) => string): Render {
  return (items, action) =>
    (items as readonly unknown[]).map((item) => element(name(action), render(item, action))).join('')
}

/** Flattened: `<name><key>…</key><value>…</value></name>` per entry. */
function map(name: string, key: string, value: string): Render {
  return (entries, action) =>
    Object.entries(entries as object)
      .map(([entryKey, item]) =>
        element(name, textElement(key, entryKey) + element(value, render(item as unknown, action))),
      )
      .join('')
}

/** The members of all answers that are not simply an element of their name, by their names in JSON. */
const members: Readonly<Record<string, Render>> = {
  QueueUrls: list(() => 'QueueUrl'),
  queueUrls: list(() => 'QueueUrl'),
  Messages: list(() => 'Message'),
  Successful: list((action) => `${action}ResultEntry`),
  Failed: list(() => 'BatchResultErrorEntry'),
  Results: list((action) => `${action}ResultEntry`),
  Attributes: map('Attribute', 'Name', 'Value'),
  MessageAttributes: map('MessageAttribute', 'Name', 'Value'),
  Tags: map('Tag', 'Key', 'Value'),
}

/** The content of an answer's result element, from what the JSON protocol would have sent. */
export function responseXml(output: unknown, action: string): string {
  return render(output, action)
}

function render(value: unknown, action: string): string {
  if (typeof value !== 'object' || value === null) return escapeText(String(value))
  return Object.entries(value)
    .filter(([, item]) => item !== undefined && item !== null)
    .map(([name, item]: [string, unknown]) =>
      Object.hasOwn(members, name) ? members[name](item, action) : element(name, render(item, action)),
    )
    .join('')
}
