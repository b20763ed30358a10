import { renderReport } from '../../report/html.ts'
import { renderJunit } from '../../report/junit.ts'
import { k6Summary } from '../../report/k6-summary.ts'
import { renderMarkdown } from '../../report/markdown.ts'
import { renderTrafficReport } from '../../report/traffic-html.ts'
import type { LedgerEntry, Manifest, ResultsDocument } from '../../results/documents.ts'
import { JUNIT_KEY, K6_SUMMARY_KEY, MARKDOWN_KEY, REPORT_KEY } from '../../results/layout.ts'
import type { ObjectStore } from '../../results/stores.ts'
import type { TrafficDocument } from '../../results/traffic-document.ts'
import type { Chart } from '../../workloads/workload.ts'

export interface Reported {
  readonly manifest: Manifest
  readonly results: ResultsDocument
  readonly ledger: readonly LedgerEntry[]
  readonly charts: readonly Chart[]
  readonly traffic: TrafficDocument | undefined
}

/** The bundle's documents for people and for other tools: the report, JUnit XML, Markdown, and of traffic k6's summary. */
export async function writeReports(local: ObjectStore, reported: Reported): Promise<void> {
  const { manifest, results, ledger, charts, traffic } = reported
  const input = { results, ...(traffic && { traffic }) }
  const write = (key: string, text: string) => local.put(key, Buffer.from(text))
  await write(
    REPORT_KEY,
    traffic ? renderTrafficReport({ manifest, results, traffic }) : renderReport({ manifest, results, ledger, charts }),
  )
  await write(JUNIT_KEY, renderJunit(input))
  await write(MARKDOWN_KEY, renderMarkdown({ ...input, links: [] }))
  if (traffic) await write(K6_SUMMARY_KEY, `${JSON.stringify(k6Summary(traffic, results.thresholds ?? []), null, 2)}\n`)
}
