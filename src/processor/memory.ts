/** Keeps what is expensive to load and never changes, up to a budget of bytes; the least recently used goes first. */
export interface Memory {
  /** Two who ask for the same key at once share one load. A load that fails is not kept. */
  remember<T>(key: string, load: () => Promise<T>, weigh: (value: T) => number): Promise<T>
}

interface Entry {
  readonly value: Promise<unknown>
  /** Bytes; 0 until loaded. */
  weight: number
}

export function createMemory(budgetBytes: number): Memory {
  const entries = new Map<string, Entry>() // a Map keeps insertion order: the first is the least recently used
  let weight = 0

  function forget(key: string, entry: Entry): void {
    if (entries.get(key) !== entry) return
    entries.delete(key)
    weight -= entry.weight
  }

  function shrink(): void {
    for (const [key, entry] of entries) {
      if (weight <= budgetBytes) return
      if (entry.weight === 0) continue // still loading: there is nothing to gain
      forget(key, entry)
    }
  }

  return {
    async remember<T>(key: string, load: () => Promise<T>, weigh: (value: T) => number): Promise<T> {
      const known = entries.get(key)
      if (known) {
        entries.delete(key)
        entries.set(key, known)
        return known.value as Promise<T>
      }
      const entry: Entry = { value: load(), weight: 0 }
      entries.set(key, entry)
      try {
        const value = (await entry.value) as T
        if (entries.get(key) !== entry) return value
        entry.weight = weigh(value)
        weight += entry.weight
        shrink()
        return value
      } catch (error) {
        forget(key, entry)
        throw error
      }
    },
  }
}
