import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InvalidInputError } from '../errors.ts'
import { writeCsv } from './csv-output.ts'
import { writeJson } from './json-output.ts'
import { pushOtlp } from './otlp-output.ts'
import type { Output, OutputContext, OutputStatus } from './output.ts'
import { parseOutputSpecs, type OutputSpec } from './output-specs.ts'
import { pushPrometheus, writePrometheus } from './prometheus-output.ts'

/** All outputs of a run, as one. */
export interface Outputs {
  window: Output['window']
  close: Output['close']
  readonly statuses: readonly OutputStatus[]
}

/**
 * Opens what `--out name=target` asks for, files with the folders they are in. Throws InvalidInputError before anything
 * runs, for specs that cannot be meant and for files that cannot be written. Nobody is called yet: a server that is not
 * there is reported with the first push.
 */
export async function openOutputs(specs: readonly string[], context: OutputContext): Promise<Outputs> {
  const outputs: Output[] = []
  for (const spec of parseOutputSpecs(specs)) outputs.push(guarded(await openOutput(spec, context), context))
  return {
    window(figures, meta) {
      for (const output of outputs) output.window(figures, meta)
    },
    async close(document) {
      await Promise.all(outputs.map((output) => output.close(document)))
    },
    get statuses() {
      return outputs.map(({ status }) => status)
    },
  }
}

/** What an output never does to the run it watches, even with a fault of its own: throw. */
function guarded(output: Output, { report }: OutputContext): Output {
  let fault: string | null = null
  let lost = 0
  const fail = (error: unknown) => {
    fault = (error as Error).message
    report(`--out ${output.status.name}: ${output.status.target}: ${fault}; the run goes on without it`)
  }
  return {
    window(figures, meta) {
      if (fault !== null) {
        lost += 1
        return
      }
      try {
        output.window(figures, meta)
      } catch (error) {
        lost += 1
        fail(error)
      }
    },
    close: (document) => output.close(document).catch(fail),
    get status() {
      const { status } = output
      return { ...status, lost: status.lost + lost, error: status.error ?? fault }
    },
  }
}

async function openOutput(spec: OutputSpec, context: OutputContext): Promise<Output> {
  if ('url' in spec) return spec.name === 'otlp' ? pushOtlp(spec.url, context) : pushPrometheus(spec.url, context)
  const file = await openFile(spec)
  if (spec.name === 'csv') return writeCsv(spec.path, file, context)
  if (spec.name === 'json') return writeJson(spec.path, file, context)
  await file.close()
  return writePrometheus(spec.path, context)
}

async function openFile({ name, path }: Extract<OutputSpec, { path: string }>): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true })
    return await open(path, 'w')
  } catch (error) {
    const message = `${name}: ${(error as Error).message}`
    throw new InvalidInputError('this output cannot be written:', [{ path: '--out', message }], { cause: error })
  }
}
