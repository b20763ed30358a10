import type { Publication } from './protocol.ts'

export interface Position {
  readonly offset: number
  readonly epoch: string
}

export interface HistoryFilter {
  /** Only what comes after it; before it where reversed. */
  readonly since?: { readonly offset: number; readonly epoch: string }
  /** 0: none; below 0: all. */
  readonly limit: number
  readonly reverse: boolean
}

/**
 * What a channel remembers, with the rules of Centrifugo's memory broker: at most `size` publications; all of them go
 * when `ttlMs` have passed since the last one; the position stays, so that a loss is noticed.
 */
export class Stream {
  readonly epoch: string
  #kept: Publication[] = []
  #top = 0
  #expiresMs = Infinity

  constructor(epoch: string) {
    this.epoch = epoch
  }

  get position(): Position {
    return { offset: this.#top, epoch: this.epoch }
  }

  get length(): number {
    return this.#kept.length
  }

  get expiresMs(): number {
    return this.#expiresMs
  }

  /** Forgets what has expired. Answers how many that were. */
  expire(nowMs: number): number {
    if (nowMs < this.#expiresMs) return 0
    const { length } = this.#kept
    this.#kept = []
    this.#expiresMs = Infinity
    return length
  }

  /** Answers the publication with its offset. */
  add(publication: Omit<Publication, 'offset'>, size: number, expiresMs: number): Publication {
    this.#top += 1
    this.#expiresMs = expiresMs
    const kept: Publication = { ...publication, offset: this.#top }
    this.#kept.push(kept)
    if (this.#kept.length > size) this.#kept.splice(0, this.#kept.length - size)
    return kept
  }

  read({ since, limit, reverse }: HistoryFilter): readonly Publication[] {
    const wanted =
      since === undefined
        ? this.#kept.slice()
        : this.#kept.filter(({ offset }) => (reverse ? offset < since.offset : offset > since.offset))
    if (reverse) wanted.reverse()
    return limit < 0 ? wanted : wanted.slice(0, limit)
  }

  /** All since the position; undefined where one of them is gone, or the position is of another stream. */
  recover({ offset, epoch }: Position): readonly Publication[] | undefined {
    if (epoch !== '' && epoch !== this.epoch) return undefined
    const missed = this.read({ since: { offset, epoch }, limit: -1, reverse: false })
    return offset + missed.length === this.#top ? missed : undefined
  }
}
