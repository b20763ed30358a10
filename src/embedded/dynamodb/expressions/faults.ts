import type { TokenReader } from './token-reader.ts'

/** What DynamoDB reports only of an expression whose syntax is right: the gravest kind (rank 0), and of it the first. */
export class Faults {
  readonly #byRank: (string | undefined)[] = []

  add(rank: number, reason: string): void {
    this.#byRank[rank] ??= reason
  }

  throwFirst(reader: TokenReader): void {
    const reason = this.#byRank.find((found) => found !== undefined)
    if (reason !== undefined) throw reader.error(reason)
  }
}
