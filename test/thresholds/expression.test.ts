import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { holds, parseExpression, printExpression, type Expression } from '../../src/thresholds/expression.ts'

test("k6's expressions are read, spaces or none", () => {
  const cases: readonly (readonly [text: string, printed: string])[] = [
    ['count>20', 'count>20'],
    ['count >= 20', 'count>=20'],
    ['rate<0.01', 'rate<0.01'],
    ['rate<=.5', 'rate<=0.5'],
    ['  value  ===  5  ', 'value===5'],
    ['avg==12.50', 'avg==12.5'],
    ['min!=0', 'min!=0'],
    ['med<1e3', 'med<1000'],
    ['max>-1', 'max>-1'],
    ['max>+1', 'max>1'],
    ['p(95)<200', 'p(95)<200'],
    ['p(99.9) < 500', 'p(99.9)<500'],
    ['p(99.995)<500', 'p(99.995)<500'],
    ['p(0)>=1', 'p(0)>=1'],
    ['p(100)<=1', 'p(100)<=1'],
  ]
  for (const [text, printed] of cases) assert.equal(printExpression(parseExpression(text)), printed)
})

test('what k6 refuses is refused, with the part that is wrong', () => {
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ['count!20', /"count!20" has no operator; write .* p\(95\)<200/],
    ['', /has no operator/],
    ['foo>20', /must begin with one of count, rate, value, avg, min, max, med, p\(0\) … p\(100\), got "foo"/],
    ['<20', /must begin with one of .*, got ""/],
    ['count=<20', /must begin with one of .*, got "count="/],
    ['p95<200', /got "p95"/],
    ['p<200', /got "p"/],
    ['p(99<5', /got "p\(99"/],
    ['p()<5', /percentile of 0 … 100, got p\(\)/],
    ['p(foo)<5', /percentile of 0 … 100, got p\(foo\)/],
    ['p(-1)<5', /percentile of 0 … 100, got p\(-1\)/],
    ['p(101)<5', /percentile of 0 … 100, got p\(101\)/],
    ['p(NaN)<5', /percentile of 0 … 100/],
    ['p(+Inf)<5', /percentile of 0 … 100/],
    ['count>abc', /must end with a number, got "abc"/],
    ['p(95)<200ms', /must end with a number, got "200ms"; trends are in milliseconds/],
    ['rate<1%', /must end with a number, got "1%"/],
    ['max<Infinity', /must end with a number/],
    ['max<1e999', /must end with a number/],
    ['max<0x10', /must end with a number/],
    ['max<', /must end with a number, got ""/],
    ['count>1>2', /must end with a number, got "1>2"/],
  ]
  for (const [text, message] of cases) assert.throws(() => parseExpression(text), message, text)
})

test('each operator means what it says', () => {
  const table: readonly (readonly [text: string, below: boolean, equal: boolean, above: boolean])[] = [
    ['avg<5', true, false, false],
    ['avg<=5', true, true, false],
    ['avg>5', false, false, true],
    ['avg>=5', false, true, true],
    ['avg==5', false, true, false],
    ['avg===5', false, true, false],
    ['avg!=5', true, false, true],
  ]
  for (const [text, ...expected] of table) {
    const expression = parseExpression(text)
    assert.deepEqual(
      [4, 5, 6].map((actual) => holds(expression, actual)),
      expected,
      text,
    )
  }
})

test('an expression that is printed and read again is the same', () => {
  const plain = fc
    .constantFrom('count', 'rate', 'value', 'avg', 'min', 'max', 'med')
    .map((method) => ({ method }) as const)
  const percentile = fc
    .double({ min: 0, max: 100, noNaN: true })
    .map((percent) => ({ method: 'p', percent: percent + 0 }) as const)
  const parts = {
    aggregation: fc.oneof(plain, percentile),
    operator: fc.constantFrom('<', '<=', '>', '>=', '==', '===', '!='),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  } as const
  const expression: fc.Arbitrary<Expression> = fc.record(parts, { noNullPrototype: true })
  fc.assert(fc.property(expression, (given) => assert.deepEqual(parseExpression(printExpression(given)), given)))
})
