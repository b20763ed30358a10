import { formatCount, formatMs, formatNoun } from '../format.ts'
import { axisUnit } from './time-unit.ts'
import type { LedgerEntry, ResultsDocument } from '../../results/documents.ts'
import type { EmptyFigure, Figure } from './figure.ts'

/** More bars than these cannot be read; the longest stay. */
const SHOWN_JOBS = 25

type Path = ResultsDocument['critical_path']

interface Stage {
  readonly jobId: string
  /** On infinite hosts: when everything before it is done. */
  readonly idealStartMs: number
  readonly processingMs: number
  /** In this run, since the path's first job was ready. Null where the ledger does not tell. */
  readonly readyMs: number | null
  readonly schedulerMs: number
  readonly queueMs: number
}

/** The critical path by work alone, each job after the one it waits for: which jobs are worth making faster. */
export function idealPathFigure(path: Path): Figure | EmptyFigure {
  const stages = stagesOf(path, [])
  const id = 'critical-path'
  const title = 'Critical path'
  if (stages.length === 0) return { id, title, why: 'No job was done, so there is no critical path.' }
  const workMs = sum(stages.map((stage) => stage.processingMs))
  const note = `The chain of ${formatNoun(stages.length, 'job')}, ${formatMs(workMs)} of work, that no number of hosts can shorten.`
  const shown = longest(stages, (stage) => stage.processingMs)
  return {
    ...waterfall(shown, workMs, [
      { name: '', color: 'transparent', ms: (stage) => stage.idealStartMs },
      { name: 'processing', color: 'var(--s1)', ms: (stage) => stage.processingMs },
    ]),
    id,
    title,
    note: note + hiddenNote(stages.length - shown.length),
    table: {
      caption: 'Jobs of the critical path, first to last, on infinite hosts',
      columns: ['job', 'could start at', 'processing'],
      rows: shown.map((stage) => [stage.jobId, formatMs(stage.idealStartMs), formatMs(stage.processingMs)]),
    },
  }
}

/** The same jobs on the run's own clock: what they waited for. */
export function actualPathFigure(path: Path, ledger: readonly LedgerEntry[]): Figure | EmptyFigure {
  const stages = stagesOf(path, ledger).filter((stage) => stage.readyMs !== null)
  const id = 'critical-path-run'
  const title = 'The critical path in this run'
  if (stages.length === 0) return { id, title, why: 'None of its jobs was done.' }
  const schedulerMs = sum(stages.map((stage) => stage.schedulerMs))
  const queueMs = sum(stages.map((stage) => stage.queueMs))
  const endMs = Math.max(...stages.map((stage) => readyMs(stage) + lengthMs(stage)))
  const note =
    `The same jobs on the clock of this run: they waited ${formatMs(schedulerMs)} for the scheduler and ` +
    `${formatMs(queueMs)} in the queue; gaps are other jobs they needed.`
  const shown = longest(stages, lengthMs)
  return {
    ...waterfall(shown, endMs, [
      { name: '', color: 'transparent', ms: readyMs },
      { name: 'scheduler delay', color: 'var(--s3)', ms: (stage) => stage.schedulerMs },
      { name: 'queue wait', color: 'var(--wait)', ms: (stage) => stage.queueMs },
      { name: 'processing', color: 'var(--s1)', ms: (stage) => stage.processingMs },
    ]),
    id,
    title,
    note: note + hiddenNote(stages.length - shown.length),
    table: {
      caption: 'Jobs of the critical path, first to last, in this run',
      columns: ['job', 'ready at', 'scheduler delay', 'queue wait', 'processing'],
      rows: shown.map((stage) => [
        stage.jobId,
        ...[readyMs(stage), stage.schedulerMs, stage.queueMs, stage.processingMs].map(formatMs),
      ]),
    },
  }
}

function readyMs(stage: Stage): number {
  return stage.readyMs ?? 0
}

/** From ready to done. */
function lengthMs(stage: Stage): number {
  return stage.schedulerMs + stage.queueMs + stage.processingMs
}

interface Segment {
  /** The first segment has none: it is invisible and only pushes the bar to where its job begins. */
  readonly name: string
  readonly color: string
  readonly ms: (stage: Stage) => number
}

function waterfall(stages: readonly Stage[], endMs: number, segments: readonly Segment[]) {
  const { unit, unitMs } = axisUnit(endMs)
  return {
    heightPx: (segments.length > 2 ? 96 : 68) + stages.length * 22,
    unit,
    option: {
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
      // The first segment is invisible and a single one needs no legend.
      legend: { show: segments.length > 2, top: 0, left: 0, data: segments.slice(1).map(({ name }) => name) },
      grid: { top: segments.length > 2 ? 40 : 12, left: 8, right: 24, bottom: 44, outerBoundsContain: 'axisLabel' },
      xAxis: {
        type: 'value',
        name: `time since the first of them was ready (${unit})`,
        nameLocation: 'middle',
        nameGap: 28,
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: stages.map(({ jobId }) => jobId),
        axisLabel: { width: 170, overflow: 'truncate', interval: 0 },
      },
      series: segments.map(({ name, color, ms }) => ({
        name,
        type: 'bar',
        stack: 'job',
        barMaxWidth: 14,
        // What happened is visible, however short beside the rest.
        ...(name === '' ? { silent: true, tooltip: { show: false } } : {}),
        ...(name === 'processing' ? { barMinHeight: 2 } : {}),
        color,
        data: stages.map((stage) => Number((ms(stage) / unitMs).toFixed(4))),
      })),
    },
  }
}

function stagesOf(path: Path, ledger: readonly LedgerEntry[]): Stage[] {
  const wanted = new Set(path.map((job) => job.job_id))
  const entries = new Map(ledger.filter(({ job_id }) => wanted.has(job_id)).map((entry) => [entry.job_id, entry]))
  const firstReadyAt = path.length > 0 ? (entries.get(path[0].job_id)?.ready_at ?? null) : null
  let idealStartMs = 0
  return path.map(({ job_id, processing_ms }) => {
    const stage = { jobId: job_id, idealStartMs, processingMs: processing_ms }
    idealStartMs += processing_ms
    const { ready_at = null, sent_at = null, started_at = null } = entries.get(job_id) ?? {}
    if (ready_at === null || started_at === null || firstReadyAt === null) {
      return { ...stage, readyMs: null, schedulerMs: 0, queueMs: 0 }
    }
    // Several hosts' clocks: no moment is before the one that led to it.
    const sentAt = Math.max(ready_at, sent_at ?? ready_at)
    const queueMs = Math.max(0, started_at - sentAt)
    return { ...stage, readyMs: Math.max(0, ready_at - firstReadyAt), schedulerMs: sentAt - ready_at, queueMs }
  })
}

function longest(stages: readonly Stage[], by: (stage: Stage) => number): readonly Stage[] {
  const kept = new Set([...stages].sort((a, b) => by(b) - by(a)).slice(0, SHOWN_JOBS))
  return stages.filter((stage) => kept.has(stage))
}

function hiddenNote(hidden: number): string {
  return hidden > 0 ? ` The ${SHOWN_JOBS} longest are drawn, ${formatCount(hidden)} are not.` : ''
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
