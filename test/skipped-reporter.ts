import type { TestEvent } from 'node:test/reporters'

/** Beside the spec reporter: at the end of a test run, how many tests were skipped, which, and why. */
export default async function* skippedReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const skipped: string[] = []
  for await (const { type, data } of source) {
    if ((type === 'test:pass' || type === 'test:fail') && data.skip !== undefined) {
      const all = data.details.type === 'suite' ? ' (all of its tests)' : ''
      skipped.push(`  ${data.name}${all}: ${data.skip === true ? 'no reason given' : data.skip}`)
    }
  }
  if (skipped.length > 0) yield `\nskipped: ${skipped.length}\n${skipped.join('\n')}\n`
}
