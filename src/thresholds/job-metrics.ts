import type { LedgerEntry, ResultsDocument } from '../results/documents.ts'
import type { MetricCatalog, MetricEntry, MetricType } from './catalog.ts'
import type { Tags } from './metric-key.ts'
import type { MetricSource } from './metric-source.ts'
import type { Reading } from './reading.ts'

export interface FinishedJobs {
  readonly ledger: readonly LedgerEntry[]
  readonly results: Pick<ResultsDocument, 'makespan_ms' | 'jobs_per_second' | 'cost'>
}

interface Definition extends MetricEntry {
  /** `entries` are those of the kind that was asked for, or all. */
  read(entries: readonly LedgerEntry[], jobs: FinishedJobs, tags: Tags): Reading
}

const DEFINITIONS: { readonly [name: string]: Definition } = {
  /** Last need completed to completed: what whoever waits for it sees. */
  job_end_to_end: wait((entry) => [entry.ready_at, entry.completed_at]),
  job_queue_wait: wait((entry) => [entry.sent_at, entry.received_at]),
  scheduler_delay: wait((entry) => [entry.ready_at, entry.sent_at]),
  job_service: define('trend', ['kind'], (entries) => sorted(entries.flatMap((entry) => entry.processing_ms ?? []))),
  jobs: define('counter', ['kind', 'state'], (entries, { results }, { state }) =>
    counted(entries, results, (entry) => state === undefined || entry.state === state),
  ),
  jobs_failed: define('counter', ['kind'], (entries, { results }) =>
    counted(entries, results, ({ state }) => state === 'failed'),
  ),
  makespan: ofRun(({ makespan_ms }) => makespan_ms),
  jobs_per_second: ofRun(({ jobs_per_second }) => jobs_per_second),
  cost_usd: define('gauge', [], (_, { results }) => ({ type: 'gauge', value: results.cost?.dollars ?? null })),
}

/** What thresholds can be about in a run of any workload. */
export const jobCatalog: MetricCatalog = { metrics: new Map(Object.entries(DEFINITIONS)), isOpen: false }

/** A finished run's jobs as metrics; times in milliseconds. Waits are differences of clocks: below zero means zero. */
export function jobMetrics(jobs: FinishedJobs): MetricSource {
  function find(name: string, tags: Tags): Reading | undefined {
    if (!Object.hasOwn(DEFINITIONS, name)) return undefined
    const { kind } = tags
    const entries = kind === undefined ? jobs.ledger : jobs.ledger.filter((entry) => entry.kind === kind)
    return DEFINITIONS[name].read(entries, jobs, tags)
  }
  return {
    find,
    names: () => Object.keys(DEFINITIONS),
    valuesOf: (name, tag) => {
      const isTag = Object.hasOwn(DEFINITIONS, name) && DEFINITIONS[name].tags.includes(tag)
      if (!isTag || (tag !== 'kind' && tag !== 'state')) return []
      return [...new Set(jobs.ledger.map((entry) => entry[tag]))]
    },
  }
}

function counted(
  entries: readonly LedgerEntry[],
  { makespan_ms: durationMs }: FinishedJobs['results'],
  isMeant: (entry: LedgerEntry) => boolean,
): Reading {
  return { type: 'counter', count: entries.filter(isMeant).length, observed: entries.length, durationMs }
}

function define(type: MetricType, tags: readonly string[], read: Definition['read']): Definition {
  return { type, tags, isLive: false, read }
}

function wait(ends: (entry: LedgerEntry) => readonly [from: number | null, to: number | null]): Definition {
  const lengthOf = (entry: LedgerEntry) => {
    const [from, to] = ends(entry)
    return from === null || to === null ? [] : Math.max(0, to - from)
  }
  return define('trend', ['kind'], (entries) => sorted(entries.flatMap(lengthOf)))
}

function sorted(values: readonly number[]): Reading {
  return { type: 'trend', form: 'sorted', values: Float64Array.from(values).sort() }
}

/** A run in which nothing was completed has no such figure, and its 0 must not pass for a fast one. */
function ofRun(valueOf: (results: FinishedJobs['results']) => number): Definition {
  return define('gauge', [], (_, { ledger, results }) => {
    const isMeasured = ledger.some((entry) => entry.completed_at !== null)
    return { type: 'gauge', value: isMeasured ? valueOf(results) : null }
  })
}
