import type { AttributeValue, Item } from '../values/attribute-value.ts'
import { Binding } from './binding.ts'
import type { ExpressionLabel } from './expression-error.ts'
import { OperandGrammar } from './operand-grammar.ts'
import type { Placeholders } from './parameters.ts'
import { parsedOnce } from './parsed-once.ts'
import { pathTree, type PathTree } from './path-tree.ts'
import type { Path } from './path.ts'
import type { PathNode } from './syntax-tree.ts'
import { TokenReader } from './token-reader.ts'

export interface Projection {
  /** Of a list only the elements named, without gaps; without what is named but not there. */
  project(item: Item): Item
  readonly paths: readonly Path[]
}

/**
 * Throws ExpressionError, with DynamoDB's text.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
 */
export function parseProjection(text: string, placeholders: Placeholders): Projection {
  const binding = new Binding('ProjectionExpression', placeholders)
  const paths = parseProjectionSyntax('ProjectionExpression', text).map((node) => binding.path(node))
  return createProjection(paths, (reason) => binding.error(reason))
}

/** The part of `item` at `paths`, none of which is part of another, as a projection would return it. */
export function pickPaths(item: Item, paths: readonly Path[]): Item {
  return createProjection(paths, (reason) => new Error(reason)).project(item)
}

export function createProjection(paths: readonly Path[], refuse: (reason: string) => Error): Projection {
  const tree = pathTree(
    paths.map((path) => [path, undefined] as const),
    refuse,
  )
  return { project: (item) => pickMembers(item, tree) ?? (Object.create(null) as Item), paths }
}

const parseProjectionSyntax = parsedOnce((label: ExpressionLabel, text: string): readonly PathNode[] => {
  const reader = new TokenReader(label, text)
  const grammar = new OperandGrammar(reader, new Set(), { parentheses: 0, unknownFunction: 1, reserved: 2 })
  const paths = [grammar.path()]
  while (reader.accept(',')) paths.push(grammar.path())
  reader.expectEnd()
  grammar.faults.throwFirst(reader)
  return paths
})

type Children = ReadonlyMap<string | number, PathTree<undefined>>

function pick(value: AttributeValue, node: PathTree<undefined>): AttributeValue | undefined {
  if (node.leaf !== undefined) return value
  if ('M' in value) {
    const members = pickMembers(value.M, node.children)
    return members && { M: members }
  }
  if ('L' in value) {
    const elements = pickElements(value.L, node.children)
    return elements && { L: elements }
  }
  return undefined
}

function pickMembers(item: Item, children: Children): Item | undefined {
  const picked = Object.create(null) as Record<string, AttributeValue>
  let found = false
  for (const [name, node] of children) {
    const value: AttributeValue | undefined = item[name]
    const part = value === undefined ? undefined : pick(value, node)
    if (part === undefined) continue
    picked[name] = part
    found = true
  }
  return found ? picked : undefined
}

function pickElements(list: readonly AttributeValue[], children: Children): readonly AttributeValue[] | undefined {
  const indexes = [...children.keys()].filter((step) => typeof step === 'number').sort((a, b) => a - b)
  const picked = indexes.flatMap((index) => {
    const part = index < list.length ? pick(list[index], children.get(index)!) : undefined
    return part === undefined ? [] : [part]
  })
  return picked.length > 0 ? picked : undefined
}
