/**
 * The parameters of a form as a tree: `Attribute.1.Name=x` lies at Attribute, 1, Name. Maps, because the names are the
 * client's.
 */
export interface FormNode {
  value: string | undefined
  readonly children: Map<string, FormNode>
}

/** `SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue` */
const deepest = 6

export function formTree(form: URLSearchParams): FormNode {
  const root: FormNode = { value: undefined, children: new Map() }
  for (const [name, value] of form) {
    let node = root
    for (const part of name.split('.', deepest)) {
      let child = node.children.get(part)
      if (child === undefined) {
        child = { value: undefined, children: new Map() }
        node.children.set(part, child)
      }
      node = child
    }
    node.value ??= value
  }
  return root
}

/** Makes of a part of the form what the JSON protocol would have sent. */
export type FormShape = (node: FormNode) => unknown

export const text: FormShape = ({ value }) => value

/** What is no whole number stays a text, and so is refused by the operation as it is in JSON. */
export const integer: FormShape = ({ value }) =>
  value !== undefined && /^-?\d{1,15}$/.test(value) ? Number(value) : value

/** Flattened: `Name.1`, `Name.2`, in order of their numbers; a single one may do without. */
export function list(item: FormShape): FormShape {
  return (node) => members(node).map(item)
}

/** Flattened: `Name.1.<key>` and `Name.1.<value>`. */
export function map(key: string, value: string, item: FormShape): FormShape {
  return (node) => {
    const entries = members(node).flatMap(({ children }) => {
      const name = children.get(key)?.value
      const found = children.get(value)
      return name === undefined || found === undefined ? [] : [[name, item(found)] as const]
    })
    return Object.fromEntries(entries)
  }
}

export type FormMembers = ReadonlyMap<string, { readonly names: readonly string[]; readonly shape: FormShape }>

/** What is not a member is left out. */
export function structure(formMembers: FormMembers): FormShape {
  return (node) => {
    const result: Record<string, unknown> = {}
    for (const [formName, child] of node.children) {
      const member = formMembers.get(formName)
      for (const name of member?.names ?? []) result[name] = member!.shape(child)
    }
    return result
  }
}

function members(node: FormNode): readonly FormNode[] {
  const numbered = [...node.children].filter(([name]) => /^\d{1,9}$/.test(name))
  if (numbered.length === 0) return [node]
  return numbered.sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child)
}
