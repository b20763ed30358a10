import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRICE_READINGS } from '../../src/cost/price-readings.ts'
import { PRICE_SOURCES, pricedRegions, pricesFor } from '../../src/cost/prices.ts'

test('every region has each price once, and no price is nothing or absurd', () => {
  assert.deepEqual(pricedRegions, ['us-east-1', 'eu-west-1', 'eu-central-1'])
  const names = Object.keys(pricesFor('us-east-1').prices).sort()
  assert.equal(names.length, 12)
  for (const region of pricedRegions) {
    const read = PRICE_READINGS[region].flatMap(({ prices }) => Object.keys(prices))
    assert.deepEqual(read.sort(), names, region)
    for (const price of Object.values(pricesFor(region).prices)) assert.ok(price > 0 && price < 10)
  }
})

test('every price says who read it and when; a region is as old as its oldest', () => {
  for (const { on, from } of Object.values(PRICE_READINGS).flat()) {
    assert.match(on, /^\d{4}-\d\d-\d\d$/)
    assert.match(from, /^[\w.-]+\/[\w.-]+ [\w./-]+$/, 'repository and path')
  }
  assert.equal(pricesFor('us-east-1').asOf, '2026-09-29')
  assert.equal(pricesFor('eu-west-1').asOf, '2026-09-16')
  assert.equal(pricesFor('eu-central-1').asOf, '2026-08-05')
})

test('AWS’s own pages are named', () => {
  for (const source of PRICE_SOURCES) assert.match(source, /^https:\/\/aws\.amazon\.com\//)
})

test('where a service costs the same everywhere here, a slip of a digit in one region shows', () => {
  const [first, ...others] = pricedRegions.map((region) => pricesFor(region).prices)
  for (const other of others) {
    assert.equal(other.sqsPerMillionRequests, first.sqsPerMillionRequests)
    assert.equal(other.transferPerGb, first.transferPerGb)
    assert.equal(other.lambdaPerGbSecond, first.lambdaPerGbSecond)
    assert.equal(other.lambdaPerMillionRequests, first.lambdaPerMillionRequests)
    for (const [name, price] of Object.entries(other)) {
      assert.ok(price >= first[name as keyof typeof first] && price < 1.3 * first[name as keyof typeof first], name)
    }
  }
})

test('the dearest stands in for a region that is not there, by whatever name', () => {
  for (const region of ['ap-south-1', 'constructor']) assert.equal(pricesFor(region).of, 'eu-central-1')
  const standIn = pricesFor('ap-south-1').prices
  for (const region of pricedRegions) {
    for (const [name, price] of Object.entries(pricesFor(region).prices)) {
      assert.ok(standIn[name as keyof typeof standIn] >= price, `${name} is dearer in ${region}`)
    }
  }
})
