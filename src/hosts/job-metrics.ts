/** What a host counts, for CloudWatch: namespace `PerfTesting`, dimension `TestRunId` (requirement 001, monitoring). */
export interface JobMetrics {
  /** A job was done for the first time. `processingMs`: the processor's own work; `queueWaitMs`: sent to first received. */
  completed(job: { readonly testRunId: string; readonly processingMs: number; readonly queueWaitMs: number }): void
  /** The last attempt of a job failed. */
  failed(testRunId: string): void
  /** Writes what has come together. */
  flush(): void
}

const NAMESPACE = 'PerfTesting'
/** Powertools prints by itself at 100 values of a metric. */
const MOST_VALUES = 99
/** Of a bare message on a host without TEST_RUN_ID: a dimension must not be empty. */
const NO_TEST_RUN = 'none'

interface Counted {
  readonly processingMs: number[]
  readonly queueWaitMs: number[]
  failed: number
}

/**
 * One line of CloudWatch's embedded metric format for up to 99 jobs, by @aws-lambda-powertools/metrics, loaded only
 * here. It prints to this process's stdout and nowhere else, and adds a dimension `service`: so it makes the document,
 * and `write` gets the line.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export async function embeddedMetrics(write: (line: string) => void): Promise<JobMetrics> {
  const { Metrics, MetricUnit } = await import('@aws-lambda-powertools/metrics')
  const metrics = new Metrics({ namespace: NAMESPACE })
  metrics.clearDefaultDimensions()
  const counted = new Map<string, Counted>()

  function countedOf(testRunId: string): Counted {
    const known = counted.get(testRunId)
    if (known) return known
    const fresh: Counted = { processingMs: [], queueWaitMs: [], failed: 0 }
    counted.set(testRunId, fresh)
    return fresh
  }

  function writeOne(testRunId: string, { processingMs, queueWaitMs, failed }: Counted): void {
    counted.delete(testRunId)
    metrics.addDimension('TestRunId', testRunId || NO_TEST_RUN)
    for (const value of processingMs) metrics.addMetric('ProcessingTimeMs', MetricUnit.Milliseconds, value)
    for (const value of queueWaitMs) metrics.addMetric('QueueWaitMs', MetricUnit.Milliseconds, value)
    metrics.addMetric('JobsCompleted', MetricUnit.Count, processingMs.length)
    metrics.addMetric('JobsFailed', MetricUnit.Count, failed)
    write(`${JSON.stringify(metrics.serializeMetrics())}\n`)
    metrics.clearMetrics()
    metrics.clearDimensions()
  }

  return {
    completed({ testRunId, processingMs, queueWaitMs }) {
      const run = countedOf(testRunId)
      run.processingMs.push(processingMs)
      run.queueWaitMs.push(queueWaitMs)
      if (run.processingMs.length >= MOST_VALUES) writeOne(testRunId, run)
    },
    failed(testRunId) {
      countedOf(testRunId).failed++
    },
    flush() {
      for (const [testRunId, run] of counted) writeOne(testRunId, run)
    },
  }
}

export const noMetrics: JobMetrics = { completed: () => undefined, failed: () => undefined, flush: () => undefined }
