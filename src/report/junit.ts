import { formatCount, formatNoun } from './format.ts'
import { formatActual } from './traffic-format.ts'
import { describeMeasure, viewVerdict } from './traffic-verdict.ts'
import { element, type XmlElement } from './xml.ts'
import type { ResultsDocument, ThresholdResult } from '../results/documents.ts'
import type { TrafficDocument } from '../results/traffic-document.ts'
import { seedText } from './seed-text.ts'

export interface JunitInput {
  readonly results: ResultsDocument
  /** Of a traffic run. */
  readonly traffic?: TrafficDocument
}

interface TestCase {
  readonly name: string
  readonly classname: string
  readonly seconds?: number
  readonly outcome:
    | { readonly state: 'passed'; readonly text?: string }
    | { readonly state: 'failed' | 'skipped'; readonly message: string; readonly text?: string }
}

/** More failed jobs than this are counted, not listed: a report must not be larger than what shows it can hold. */
const SHOWN_JOBS = 500

/**
 * A run as JUnit XML, in the dialect that Jenkins, GitLab and GitHub actions read (the Jenkins xunit plugin's junit-10.xsd): a suite each for
 * the verdict, the thresholds, the checks and the jobs. A check that did not always hold is skipped, neither passed nor
 * failed: it fails no run, a threshold on `checks` does.
 */
export function renderJunit(input: JunitInput): string {
  const { results } = input
  const suites = [
    { name: 'verdict', cases: verdictCases(input) },
    { name: 'thresholds', cases: (results.thresholds ?? []).map((threshold) => thresholdCase(threshold, results)) },
    { name: 'checks', cases: checkCases(input) },
    { name: 'jobs', cases: jobCases(input) },
  ].filter(({ cases }) => cases.length > 0)
  const all = suites.flatMap(({ cases }) => cases)
  const seconds = secondsOf(results)
  const root = element(
    'testsuites',
    { name: results.scenario, ...countsOf(all), errors: 0, time: seconds },
    suites.map(({ name, cases }) => suiteElement(name, cases, results)),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.source}\n`
}

function suiteElement(name: string, cases: readonly TestCase[], results: ResultsDocument): XmlElement {
  const time = cases.reduce((sum, { seconds = 0 }) => sum + seconds, 0)
  const attributes = {
    name: `${results.scenario}.${name}`,
    ...countsOf(cases),
    errors: 0,
    skipped: cases.filter(({ outcome }) => outcome.state === 'skipped').length,
    time: time.toFixed(3),
    timestamp: results.started_at.replace(/(?:\.\d+)?Z$/, ''),
  }
  const properties = { run_id: results.run_id, environment: results.environment, seed: seedText(results) }
  return element('testsuite', attributes, [
    element(
      'properties',
      {},
      Object.entries(properties).map(([key, value]) => element('property', { name: key, value })),
    ),
    ...cases.map(caseElement),
  ])
}

function caseElement({ name, classname, seconds, outcome }: TestCase): XmlElement {
  const attributes = { name, classname, time: (seconds ?? 0).toFixed(3) }
  const text = outcome.text === undefined ? [] : [outcome.text]
  if (outcome.state === 'passed') {
    return element('testcase', attributes, text.length === 0 ? [] : [element('system-out', {}, text)])
  }
  const { message } = outcome
  if (outcome.state === 'skipped') return element('testcase', attributes, [element('skipped', { message })])
  return element('testcase', attributes, [element('failure', { message, type: classname }, text)])
}

function countsOf(cases: readonly TestCase[]): { tests: number; failures: number } {
  return { tests: cases.length, failures: cases.filter(({ outcome }) => outcome.state === 'failed').length }
}

/** The run's verdict, and what its figures are worth where it made traffic. */
function verdictCases({ results, traffic }: JunitInput): TestCase[] {
  const classname = `${results.scenario}.verdict`
  const isValid = results.verdict === 'valid'
  const run: TestCase = {
    name: 'the run is valid',
    classname,
    seconds: Number(secondsOf(results)),
    outcome: isValid
      ? { state: 'passed', text: results.verdict_reason }
      : { state: 'failed', message: `${results.verdict}: ${results.verdict_reason}` },
  }
  if (!traffic) return [run]
  const { state, sentence, details } = viewVerdict(traffic.verdict)
  const text = [...details, ...traffic.verdict.measures.map(describeMeasure)].join('\n')
  const figures: TestCase = {
    name: 'the figures are valid',
    classname,
    outcome:
      state === 'valid' ? { state: 'passed', text } : { state: 'failed', message: `${state}: ${sentence}`, text },
  }
  return [run, figures]
}

function thresholdCase(threshold: ThresholdResult, { scenario }: ResultsDocument): TestCase {
  const { metric, expression, ok, actual, note } = threshold
  const found = `${formatActual(actual, metric, expression)}${note === null ? '' : `, ${note}`}`
  return {
    name: `${metric} ${expression}`,
    classname: `${scenario}.thresholds`,
    outcome: ok
      ? { state: 'passed', text: found }
      : { state: 'failed', message: `${expression} does not hold: ${found}` },
  }
}

function checkCases({ results, traffic }: JunitInput): TestCase[] {
  return (traffic?.checks ?? []).map(({ name, passed, failed }) => ({
    name,
    classname: `${results.scenario}.checks`,
    outcome:
      failed === 0
        ? { state: 'passed', text: `held ${formatNoun(passed, 'time')}` }
        : {
            state: 'skipped',
            message: `did not hold ${formatCount(failed)} of ${formatNoun(passed + failed, 'time')}`,
          },
  }))
}

/** Every failed job, every shard that did not finish, and one case for all the others. */
function jobCases({ results, traffic }: JunitInput): TestCase[] {
  const classname = `${results.scenario}.jobs`
  const { failures, jobs } = results
  const failed: TestCase[] = failures.slice(0, SHOWN_JOBS).map(({ job_id, attempts, code, message }) => ({
    name: job_id,
    classname,
    outcome: { state: 'failed', message: `${code} after ${formatNoun(attempts, 'attempt')}`, text: message },
  }))
  const hidden = failures.length - failed.length
  const more: TestCase[] =
    hidden > 0
      ? [
          {
            name: 'other jobs',
            classname,
            outcome: { state: 'failed', message: `${formatNoun(hidden, 'more job')} failed` },
          },
        ]
      : []
  const broken = (traffic?.shards ?? []).filter(({ state }) => state !== 'finished' && state !== 'stopped')
  const shards: TestCase[] = broken.map(({ job_id, host, state, reason }) => ({
    name: `${job_id} made its load`,
    classname,
    outcome: { state: 'failed', message: `${state} on ${host}`, ...(reason === null ? {} : { text: reason }) },
  }))
  return [...failed, ...more, ...shards, allJobsCase(jobs, classname)]
}

function allJobsCase({ total, done, failed, blocked, open }: ResultsDocument['jobs'], classname: string): TestCase {
  const left = blocked + open
  return {
    name: 'every job had its turn',
    classname,
    outcome:
      left === 0
        ? {
            state: 'passed',
            text: `${formatCount(done)} of ${formatNoun(total, 'job')} done, ${formatCount(failed)} failed`,
          }
        : {
            state: 'failed',
            message: `${formatCount(blocked)} blocked and ${formatCount(open)} left of ${formatNoun(total, 'job')}`,
          },
  }
}

function secondsOf({ started_at, finished_at }: ResultsDocument): string {
  const ms = Date.parse(finished_at) - Date.parse(started_at)
  return (Number.isFinite(ms) ? Math.max(0, ms) / 1000 : 0).toFixed(3)
}
