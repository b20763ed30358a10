import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { resultsDigest } from '../../src/results/digest.ts'

const sha = (text: string) => createHash('sha256').update(text).digest('hex')

test('the digest is the SHA-256 of "path NUL sha256 LF", sorted by path', () => {
  const [a, b] = [sha('a'), sha('b')]
  const objects = [
    { key: 'percentiles/7.json', sha256: b },
    { key: 'delays/x.parquet', sha256: a },
  ]
  assert.equal(resultsDigest(objects), sha(`delays/x.parquet\0${a}\npercentiles/7.json\0${b}\n`))
  assert.equal(resultsDigest(objects.toReversed()), resultsDigest(objects))
  assert.equal(resultsDigest([]), sha(''))
})

test('paths are sorted by code point, not by UTF-16 unit', () => {
  const [low, high] = ['\uff5e', '\u{1f6eb}'] // in UTF-16 the second begins with D83D and would come first
  const objects = [
    { key: high, sha256: sha('1') },
    { key: low, sha256: sha('2') },
  ]
  assert.equal(resultsDigest(objects), sha(`${low}\0${sha('2')}\n${high}\0${sha('1')}\n`))
})

test('a changed path, a changed hash and a missing object change the digest', () => {
  const base = [
    { key: 'a', sha256: sha('1') },
    { key: 'b', sha256: sha('2') },
  ]
  const variants = [
    base,
    base.slice(1),
    [base[0], { key: 'c', sha256: sha('2') }],
    [base[0], { key: 'b', sha256: sha('3') }],
  ]
  assert.equal(new Set(variants.map(resultsDigest)).size, variants.length)
})

test('what would let two results have one digest is an error', () => {
  const one = { key: 'a', sha256: sha('1') }
  assert.throws(() => resultsDigest([one, { key: 'b', sha256: sha('1') }, one]), /a is in the digest twice/)
  assert.throws(() => resultsDigest([{ key: 'a\0b', sha256: sha('1') }]), /holds NUL or LF/)
  assert.throws(() => resultsDigest([{ key: 'a\nb', sha256: sha('1') }]), /holds NUL or LF/)
  assert.throws(() => resultsDigest([{ key: 'a', sha256: sha('1').toUpperCase() }]), /a has no SHA-256/)
})
