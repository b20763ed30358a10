import { formatPath, type Path } from './path.ts'

/** Paths by their steps, each with what it is there for; no path may be part of another. */
export interface PathTree<T> {
  /** Of the paths that pass here, the first that came. */
  readonly first: Path
  /** Where a path ends, and nothing goes on. */
  leaf?: { readonly of: T }
  /** All names or all indexes. */
  readonly children: Map<string | number, PathTree<T>>
}

/**
 * Throws what `refuse` makes of DynamoDB's reason where one path is part of another, or one takes for a map what
 * another takes for a list.
 */
export function pathTree<T>(
  entries: Iterable<readonly [Path, T]>,
  refuse: (reason: string) => Error,
): ReadonlyMap<string | number, PathTree<T>> {
  const roots = new Map<string | number, PathTree<T>>()
  for (const [path, of] of entries) insert(roots, path, of, refuse)
  return roots
}

function insert<T>(
  roots: Map<string | number, PathTree<T>>,
  path: Path,
  of: T,
  refuse: (reason: string) => Error,
): void {
  let level = roots
  let node: PathTree<T> | undefined
  for (const step of path) {
    const [other] = level.values()
    if (other !== undefined && typeof level.keys().next().value !== typeof step) {
      throw refuse(inWords('conflict', other.first, path))
    }
    node = level.get(step)
    if (node?.leaf !== undefined) throw refuse(inWords('overlap', node.first, path))
    if (node === undefined) level.set(step, (node = { first: path, children: new Map() }))
    level = node.children
  }
  if (node === undefined) throw new Error('A path has at least one step')
  if (node.children.size > 0) throw refuse(inWords('overlap', node.first, path))
  node.leaf = { of }
}

function inWords(relation: 'overlap' | 'conflict', one: Path, two: Path): string {
  return (
    `Two document paths ${relation} with each other; must remove or rewrite one of these paths; ` +
    `path one: ${formatPath(one)}, path two: ${formatPath(two)}`
  )
}
