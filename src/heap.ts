/** A binary heap: the smallest first, by a key that does not change. */
export class Heap<T> {
  readonly #items: T[] = []
  readonly #key: (item: T) => number

  constructor(key: (item: T) => number) {
    this.#key = key
  }

  get size(): number {
    return this.#items.length
  }

  peek(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    const key = this.#key(item)
    let at = items.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#key(items[parent]) <= key) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = item
  }

  pop(): T | undefined {
    const items = this.#items
    const top = items[0]
    const last = items.pop()
    if (items.length > 0) this.#sink(last!)
    return top
  }

  /** From the root down to where it belongs. */
  #sink(item: T): void {
    const items = this.#items
    const key = this.#key(item)
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#key(items[child + 1]) < this.#key(items[child])) child += 1
      if (this.#key(items[child]) >= key) break
      items[at] = items[child]!
      at = child
    }
    items[at] = item
  }
}
