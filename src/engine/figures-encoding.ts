import { addEncodedHistogram, writeHistogram } from './encoding.ts'
import { addTo, entry, Figures, OutcomeFigures, StepFigures } from './figures.ts'
import { Histogram } from './histogram.ts'
import { ByteReader, ByteWriter } from './varint.ts'

/**
 * Figures as bytes, version 1: what a shard ships of each window and of its total. Names are sorted and what is empty is
 * left out, so that equal figures have equal bytes, whatever they were merged from.
 */
const VERSION = 1

export function encodeFigures(figures: Figures, writer = new ByteWriter()): Uint8Array<ArrayBuffer> {
  writer.byte(VERSION)
  writeMap(writer, figures.steps, isUsed, writeStep)
  writeStep(writer, figures.iterations)
  const { due, started, late, dropped } = figures.starts
  for (const count of [due, started, late, dropped]) writer.number(count)
  writeHistogram(writer, figures.slip)
  writeMap(writer, figures.counters, isAboveZero, writeNumber)
  writeMap(writer, figures.levels, isAboveZero, writeNumber)
  return writer.take()
}

/** Throws RangeError where the bytes are not one whole record of version 1. */
export function decodeFigures(bytes: Uint8Array): Figures {
  const figures = new Figures()
  addEncodedFigures(bytes, figures)
  return figures
}

/**
 * Merges encoded figures, which may be a part of `bytes`, into others without decoding them first. Where it throws, `into`
 * is no longer to be used. The merge of a large run lives here: it allocates nothing but the reader.
 */
export function addEncodedFigures(bytes: Uint8Array, into: Figures, from = 0, to = bytes.length): void {
  const reader = new ByteReader(bytes, from, to)
  const version = reader.byte()
  if (version !== VERSION) throw new RangeError(`figures version ${version} is not known here, only ${VERSION}`)
  for (let left = reader.number(); left > 0; left--) addStep(reader, entry(into.steps, reader.text(), StepFigures))
  addStep(reader, into.iterations)
  into.starts.due += reader.number()
  into.starts.started += reader.number()
  into.starts.late += reader.number()
  into.starts.dropped += reader.number()
  addEncodedHistogram(reader, into.slip)
  for (let left = reader.number(); left > 0; left--) addTo(into.counters, reader.text(), reader.number())
  for (let left = reader.number(); left > 0; left--) addTo(into.levels, reader.text(), reader.number())
  if (!reader.done) throw new RangeError(`${to - reader.at} bytes follow the figures`)
}

function writeStep(writer: ByteWriter, step: StepFigures): void {
  writeMap(writer, step.outcomes, ({ responseTime }) => responseTime.count > 0, writeOutcome)
  writeMap(writer, step.timings, ({ count }) => count > 0, writeHistogram)
}

function addStep(reader: ByteReader, step: StepFigures): void {
  for (let left = reader.number(); left > 0; left--) {
    addOutcome(reader, entry(step.outcomes, reader.text(), OutcomeFigures))
  }
  for (let left = reader.number(); left > 0; left--) {
    addEncodedHistogram(reader, entry(step.timings, reader.text(), Histogram))
  }
}

function writeOutcome(writer: ByteWriter, outcome: OutcomeFigures): void {
  writeHistogram(writer, outcome.responseTime)
  writeHistogram(writer, outcome.serviceTime)
  writer.number(outcome.bytesSent)
  writer.number(outcome.bytesReceived)
  const statuses = [...outcome.statuses].sort(([a], [b]) => a - b)
  writer.number(statuses.length)
  for (const [status, count] of statuses) {
    writer.number(status)
    writer.number(count)
  }
}

function addOutcome(reader: ByteReader, outcome: OutcomeFigures): void {
  addEncodedHistogram(reader, outcome.responseTime)
  addEncodedHistogram(reader, outcome.serviceTime)
  outcome.bytesSent += reader.number()
  outcome.bytesReceived += reader.number()
  for (let left = reader.number(); left > 0; left--) addTo(outcome.statuses, reader.number(), reader.number())
}

function writeMap<V>(
  writer: ByteWriter,
  map: ReadonlyMap<string, V>,
  isKept: (value: V) => boolean,
  write: (writer: ByteWriter, value: V) => void,
): void {
  const kept = [...map].filter(([, value]) => isKept(value)).sort(([a], [b]) => (a < b ? -1 : 1))
  writer.number(kept.length)
  for (const [name, value] of kept) {
    writer.text(name)
    write(writer, value)
  }
}

function isUsed(step: StepFigures): boolean {
  if (step.count > 0) return true
  for (const timing of step.timings.values()) if (timing.count > 0) return true
  return false
}

function isAboveZero(count: number): boolean {
  return count > 0
}

function writeNumber(writer: ByteWriter, value: number): void {
  writer.number(value)
}
