import type { Store } from './store.ts'

/**
 * How far a server's clock was moved, kept with its data: a message that was hidden for 12 hours while the clock stood
 * 12 hours ahead would, were the next server back at the machine's time, stay hidden for a day.
 */
export interface ClockOffset {
  readonly ms: number
  set(ms: number): void
}

export function clockOffsetOf({ database }: Store): ClockOffset {
  database.exec(
    'create table if not exists clock (id integer primary key check (id = 1), offset_ms integer not null) strict',
  )
  const select = database.prepare('select offset_ms from clock')
  const replace = database.prepare('insert or replace into clock (id, offset_ms) values (1, ?)')
  return {
    get ms() {
      return (select.get() as { offset_ms: number } | undefined)?.offset_ms ?? 0
    },
    set: (ms) => void replace.run(ms),
  }
}
