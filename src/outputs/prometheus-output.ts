import { rename, writeFile } from 'node:fs/promises'
import { endpointOf, post } from './endpoint.ts'
import type { Output, OutputContext } from './output.ts'
import { prometheusText } from './prometheus-text.ts'
import { createSnapshotOutput } from './snapshot-output.ts'

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Posts Prometheus' text format. A URL without a path is a Pushgateway's (github.com/prometheus/pushgateway#api): the run gets
 * a group of its own there. A URL with one is taken as it is, e.g. VictoriaMetrics' `/api/v1/import/prometheus`.
 */
export function pushPrometheus(url: URL, context: OutputContext): Output {
  const whole = new URL(url)
  if (whole.pathname === '/') whole.pathname = `/metrics/job/turnaround/testid/${encodeURIComponent(context.runId)}`
  const endpoint = endpointOf(whole)
  return createSnapshotOutput(
    {
      name: 'prometheus',
      target: endpoint.shown,
      render: ({ families }) => prometheusText(families, labelsOf(context)),
      async deliver(text, signal) {
        await post(endpoint, CONTENT_TYPE, text, signal)
      },
    },
    context,
  )
}

/** Keeps a file of the same, for the node exporter's textfile collector, which wants it replaced whole. */
export function writePrometheus(path: string, context: OutputContext): Output {
  return createSnapshotOutput(
    {
      name: 'prometheus',
      target: path,
      render: ({ families }) => prometheusText(families, labelsOf(context)),
      async deliver(text, signal) {
        await writeFile(`${path}.part`, text, { signal })
        await rename(`${path}.part`, path)
      },
    },
    context,
  )
}

/** `testid` is what k6's dashboards tell runs apart by. */
function labelsOf({ runId, scenario }: OutputContext): Readonly<Record<string, string>> {
  return { testid: runId, scenario }
}
