/** What one shard owed and what arrived. */
export interface ShardLedger {
  readonly shard: number
  /** Windows that the shard says it made; undefined where it never said, because it never ended. */
  readonly due: number | undefined
  readonly received: number
  /** Windows that came more than once; only the first was taken. */
  readonly duplicates: number
  /** Numbers of windows that are missing below the highest known one, as ranges, both ends included. */
  readonly missing: readonly { readonly from: number; readonly to: number }[]
  /** It ended, and all that was due has arrived. */
  readonly complete: boolean
}

/** Which windows of which shards have arrived. A range per gap: its memory does not grow with the length of the run. */
export interface WindowLedger {
  /** True where the window is new and counts; false for a duplicate, which must not be merged again. */
  receive(shard: number, number: number): boolean
  /** The shard has ended and made this many windows. */
  due(shard: number, windows: number): void
  readonly shards: readonly ShardLedger[]
  readonly complete: boolean
}

interface Account {
  /** Windows 0 … `next` - 1 have come, but for the gaps. */
  next: number
  gaps: { from: number; to: number }[]
  received: number
  duplicates: number
  due: number | undefined
}

/** A ledger for shards 0 … `shards` - 1. */
export function createWindowLedger(shards: number): WindowLedger {
  const accounts = Array.from({ length: shards }, (): Account => {
    return { next: 0, gaps: [], received: 0, duplicates: 0, due: undefined }
  })

  function accountOf(shard: number): Account {
    const account = accounts[shard]
    if (!account) throw new RangeError(`shard ${shard} is not one of the run's 0 … ${shards - 1}`)
    return account
  }

  return {
    receive(shard, number) {
      const account = accountOf(shard)
      const isNew = number >= account.next ? appended(account, number) : filledGap(account, number)
      if (isNew) account.received += 1
      else account.duplicates += 1
      return isNew
    },
    due(shard, windows) {
      accountOf(shard).due = windows
    },
    get shards() {
      return accounts.map(shardLedger)
    },
    get complete() {
      return accounts.every((account, shard) => shardLedger(account, shard).complete)
    },
  }
}

function appended(account: Account, number: number): boolean {
  if (number > account.next) account.gaps.push({ from: account.next, to: number - 1 })
  account.next = number + 1
  return true
}

function filledGap(account: Account, number: number): boolean {
  const at = account.gaps.findIndex(({ from, to }) => from <= number && number <= to)
  if (at < 0) return false
  const { from, to } = account.gaps[at]
  const left = [
    { from, to: number - 1 },
    { from: number + 1, to },
  ]
  account.gaps.splice(at, 1, ...left.filter((gap) => gap.from <= gap.to))
  return true
}

function shardLedger({ next, gaps, received, duplicates, due }: Account, shard: number): ShardLedger {
  const missing = [...gaps]
  if (due !== undefined && due > next) missing.push({ from: next, to: due - 1 })
  return { shard, due, received, duplicates, missing, complete: due !== undefined && missing.length === 0 }
}
