import type { FileHandle } from 'node:fs/promises'
import type { Figures } from '../engine/figures.ts'
import type { TrafficDocument } from '../results/traffic-document.ts'
import { createLineFile } from './line-file.ts'
import { DEFAULT_TIMEOUT_MS, type Output, type OutputContext, type OutputName, type WindowMeta } from './output.ts'

interface LineFormat {
  readonly name: OutputName
  /** What stands before the first window. */
  readonly head: string
  windowText(figures: Figures, meta: WindowMeta): string
  endText(document: TrafficDocument | null): string
}

/** An output that writes what each window says into a file. */
export function createLineOutput(
  path: string,
  file: FileHandle,
  { name, head, windowText, endText }: LineFormat,
  { report, timeoutMs = DEFAULT_TIMEOUT_MS }: OutputContext,
): Output {
  const lines = createLineFile(file, (message) =>
    report(`--out ${name}: ${path}: ${message}; the run goes on without it`),
  )
  let delivered = 0
  let lost = 0
  lines.append(head)
  return {
    window(figures, meta) {
      if (lines.append(windowText(figures, meta))) delivered += 1
      else lost += 1
    },
    async close(document) {
      lines.append(endText(document))
      await lines.close(timeoutMs)
    },
    get status() {
      return { name, target: path, delivered, lost, error: lines.error }
    },
  }
}
