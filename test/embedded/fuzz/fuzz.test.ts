import assert from 'node:assert/strict'
import test from 'node:test'
import { fuzz } from './fuzz.ts'
import { fuzzSettings } from './fuzz-settings.ts'

test('whatever is sent, the server answers as AWS does or closes, stays well, and harms nothing of others', async () => {
  const settings = fuzzSettings({ seed: 4566, count: 250 })
  const { answers, attacks } = await fuzz(settings)
  // A fuzz test that is refused at the door finds nothing.
  for (const speaks of ['json', 'query', 's3', 'admin']) {
    assert.ok(answers[`${speaks} 200`] > attacks / 500, `few of ${speaks} were right: ${JSON.stringify(answers)}`)
  }
})
