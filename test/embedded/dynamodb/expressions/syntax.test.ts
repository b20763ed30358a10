import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseConditionSyntax } from '../../../../src/embedded/dynamodb/expressions/condition-grammar.ts'
import { parseCondition } from '../../../../src/embedded/dynamodb/expressions/condition.ts'
import { ExpressionError } from '../../../../src/embedded/dynamodb/expressions/expression-error.ts'
import { parseProjection } from '../../../../src/embedded/dynamodb/expressions/projection.ts'
import { isReserved } from '../../../../src/embedded/dynamodb/expressions/reserved-words.ts'
import { parseUpdateSyntax } from '../../../../src/embedded/dynamodb/expressions/update-grammar.ts'
import { placeholders } from './given.ts'

function condition(text: string): () => unknown {
  return () => parseConditionSyntax('ConditionExpression', text)
}
function update(text: string): () => unknown {
  return () => parseUpdateSyntax('UpdateExpression', text)
}
function projection(text: string): () => unknown {
  return () => parseProjection(text, placeholders())
}

/** Where a text was seen from AWS, it is said at the end of the line. */
const syntaxErrors: readonly (readonly [() => unknown, token: string, near: string])[] = [
  [update('INVALID SYNTAX HERE'), 'INVALID', 'INVALID SYNTAX'], // paritysuite, error-messages/updateItem
  [condition('a = = b'), '=', '= = b'], // paritysuite, deepRequests
  [condition('#a attribute_not_exists :c'), 'attribute_not_exists', '#a attribute_not_exists :c'], // dynamodb-dashboard 735
  [condition('contains (themes, :theme'), '<EOF>', ':theme'],
  [condition('attribute_not_exists('), '<EOF>', '('], // paritysuite, transactWriteItems
  [condition('foo'), '<EOF>', 'foo'],
  [condition('a = :v AND __typename = :t'), '_', 'AND __'],
  [update('SET _123 = :val1'), '_', 'SET _123'], // scylladb, test_update_expression.py
  [update('SET a = :a,'), '<EOF>', ','], // moto, verified
  [update('SET'), '<EOF>', 'SET'],
  [update('SET a'), '<EOF>', 'a'],
  [update('SET a = :v + :w + :x'), '+', ':w + :x'],
  [update('SET a + b = :v'), '+', 'a + b'],
  [update('ADD a b'), 'b', 'a b'],
  [update('SET a = :v REMOVE b = c'), '=', 'b = c'],
  [update('SET a-b = :v'), '-', 'a-b'],
  [condition('a AND b = :v'), 'AND', 'a AND b'],
  [condition('(a = :v'), '<EOF>', ':v'],
  [condition('a = :v)'), ')', ':v)'],
  [condition('a IN ()'), ')', '()'],
  [condition('a BETWEEN :v'), '<EOF>', ':v'],
  [condition('NOT a'), '<EOF>', 'a'],
  [condition('a = :'), ':', '= :'],
  [condition('a.between = :v'), 'between', '.between ='],
  [condition('a = :v ; b'), ';', ':v ; b'],
  [projection('a b'), 'b', 'a b'],
  [projection('a,'), '<EOF>', ','],
  [projection('a[-1]'), '-', '[-1'],
  [projection('l[001]'), '0', '001'],
  [projection('a.1'), '1', '.1'],
  [projection('[0]'), '[', '[0'],
]
for (const [parse, token, near] of syntaxErrors) {
  test(`a syntax error names its token and its neighbours: ${near}`, () => {
    assert.throws(parse, {
      status: 400,
      message: new RegExp(`Expression: Syntax error; token: "${escape(token)}", near: "${escape(near)}"$`),
    })
  })
}

const faults: readonly (readonly [() => unknown, message: string])[] = [
  [condition(''), 'Invalid ConditionExpression: The expression can not be empty;'],
  [update(' \n'), 'Invalid UpdateExpression: The expression can not be empty;'],
  [condition('((a = :v))'), 'Invalid ConditionExpression: The expression has redundant parentheses;'],
  [condition('((a = :v)) AND ((b = :v))'), 'Invalid ConditionExpression: The expression has redundant parentheses;'],
  [condition('((a)) = :v'), 'Invalid ConditionExpression: The expression has redundant parentheses;'],
  [condition('size(((a))) > :v'), 'Invalid ConditionExpression: The expression has redundant parentheses;'],
  [
    condition(`${'('.repeat(2000)}a = :v${')'.repeat(2000)}`),
    'Invalid ConditionExpression: The expression has redundant parentheses;',
  ],
  [update('SET a = ((b + :v))'), 'Invalid UpdateExpression: The expression has redundant parentheses;'],
  [condition('starts_with(a, :v)'), 'Invalid ConditionExpression: Invalid function name; function: starts_with'],
  [condition('SIZE(a) > :v'), 'Invalid ConditionExpression: Invalid function name; function: SIZE'],
  [
    condition('a < if_not_exists(c, :v)'),
    'Invalid ConditionExpression: The function is not allowed in a condition expression; function: if_not_exists',
  ],
  [
    update('SET a = size(b)'),
    'Invalid UpdateExpression: The function is not allowed in an update expression; function: size',
  ],
  [update('SET a = upper(b)'), 'Invalid UpdateExpression: Invalid function name; function: upper'],
  [
    condition('size(a)'),
    'Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: size',
  ],
  [
    condition('NOT size(a)'),
    'Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: size',
  ],
  [
    condition('contains(a, :v) = :w'),
    'Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: contains',
  ],
  [
    condition('size(contains(a, :v)) = :w'),
    'Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: contains',
  ],
  [
    condition('status = :v'),
    'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status',
  ],
  [
    condition('a.Data = :v'),
    'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: Data',
  ],
  [
    update('SET a = :v, ttl = :w'),
    'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: ttl',
  ],
  [projection('a, name'), 'Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: name'],
  [
    update('SET a = :a SET b = :b'),
    'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
  ],
  [
    update('REMOVE a ADD b :b remove c'),
    'Invalid UpdateExpression: The "REMOVE" section can only be used once in an update expression;',
  ],
  [
    projection('l[4294967295]'),
    'Invalid ProjectionExpression: List index is not within the allowable range; index: [4294967295]',
  ],
  [
    projection(`a${'.a'.repeat(32)}`),
    'Invalid ProjectionExpression: The document path has too many nesting levels; nesting levels: 33',
  ],
  [
    condition(`a IN (${list(101)})`),
    'Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101',
  ],
  [
    condition(chain(151)),
    'Invalid ConditionExpression: The expression contains too many operators; operator count: 301',
  ],
  [
    condition(`a = :v${' '.repeat(4091)}`),
    'Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097',
  ],
  [
    update(`SET a = :v${' '.repeat(4087)}`),
    'Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;',
  ],
  // What is worse goes first, wherever it stands.
  [condition('status = :v AND ((a = :v))'), 'Invalid ConditionExpression: The expression has redundant parentheses;'],
  [condition('status = :v AND foo(a)'), 'Invalid ConditionExpression: Invalid function name; function: foo'],
  [
    condition('status = :v AND ((a = :v)) AND'),
    'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "AND"',
  ],
]
for (const [parse, message] of faults) {
  test(`an expression is refused: ${message}`, () => assert.throws(parse, { status: 400, message }))
}

const accepted: readonly (readonly [name: string, parse: () => unknown])[] = [
  ['parentheses around each condition', condition('(#t = :a) OR (#t = :b)')],
  ['parentheses around all and a part', condition('(#t = :a OR (#t = :b))')],
  ['parentheses around an operand', condition('((a) = :v)')],
  ['parentheses around a function', condition('(size(a)) > :v')],
  ['NOT twice, and spaces everywhere', condition('NOT NOT attribute_exists ( a [ 0 ] . b )')],
  ['keywords in any case', condition('a between :v and :w or not b in (:v) and c<>:v')],
  ['299 operators', condition(chain(150))],
  ['a list of 100', condition(`a IN (${list(100)})`)],
  ['4,096 bytes', condition(`a = :v${' '.repeat(4090)}`)],
  [
    'all clauses of an update',
    update('set a = (b - :v), c = list_append(if_not_exists(c, :e), :m) remove d, e[1] add f :v delete g :v'),
  ],
  ['a path of 32 names', projection(`a${'.a'.repeat(31)}`)],
  ['the largest index', projection('l[2147483647]')],
]
for (const [name, parse] of accepted) test(`an expression may have ${name}`, () => void parse())

test('words are reserved in any case', () => {
  for (const word of ['status', 'Status', 'NAME', 'ttl', 'year', 'zone', 'abort', 'data']) assert.ok(isReserved(word))
  for (const word of ['pk', 'id', 'remove', 'stat']) assert.ok(!isReserved(word))
})

test('whatever the text, it is parsed or refused as an expression', () => {
  const token = fc.constantFrom(
    ...'a #b :c ( ) , . [ ] 0 12 = <> < <= + - AND OR NOT IN BETWEEN SET REMOVE ADD DELETE size contains _ é'.split(
      ' ',
    ),
  )
  const text = fc.oneof(
    fc.array(token, { maxLength: 25 }).map((tokens) => tokens.join(' ')),
    fc.string({ maxLength: 30 }),
  )
  fc.assert(
    fc.property(text, (given) => {
      for (const parse of [condition(given), update(given), projection(given)]) {
        try {
          parse()
        } catch (error) {
          assert.ok(error instanceof ExpressionError, String(error))
        }
      }
    }),
    { numRuns: 3000 },
  )
})

test('the worst of 4 KB is refused without running out of stack', () => {
  for (const part of ['(', 'NOT ', 'size(', 'a.', 'a[0', 'NOT(', ' ']) {
    const text = part.repeat(4096 / part.length)
    assert.throws(() => parseCondition('FilterExpression', text, placeholders()), ExpressionError)
  }
})

type Tree = { not: Tree } | { and: readonly [Tree, Tree] } | { or: readonly [Tree, Tree] } | number

test('NOT binds closer than AND, AND closer than OR', () => {
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.nat({ max: 4 }),
      fc.record({ not: tie('tree') }),
      fc.record({ and: fc.tuple(tie('tree'), tie('tree')) }),
      fc.record({ or: fc.tuple(tie('tree'), tie('tree')) }),
    ),
  }))
  fc.assert(
    fc.property(tree, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (given, present) => {
      const attributes = present.flatMap((isThere, i) => (isThere ? [[`a${String(i)}`, { BOOL: false }]] : []))
      const parsed = parseCondition('ConditionExpression', print(given, 0), placeholders())
      assert.equal(parsed.matches(Object.fromEntries(attributes)), evaluate(given, present))
    }),
    { numRuns: 1000 },
  )
})

function evaluate(tree: Tree, present: readonly boolean[]): boolean {
  if (typeof tree === 'number') return present[tree]
  if ('not' in tree) return !evaluate(tree.not, present)
  if ('and' in tree) return evaluate(tree.and[0], present) && evaluate(tree.and[1], present)
  return evaluate(tree.or[0], present) || evaluate(tree.or[1], present)
}

/** With no parentheses but those that are needed. */
function print(tree: Tree, outer: number): string {
  if (typeof tree === 'number') return `attribute_exists(a${String(tree)})`
  if ('not' in tree) return `NOT ${print(tree.not, 2)}`
  const own = 'and' in tree ? 1 : 0
  const [left, right] = 'and' in tree ? tree.and : tree.or
  const text = `${print(left, own)} ${'and' in tree ? 'AND' : 'OR'} ${print(right, own)}`
  return own < outer ? `(${text})` : text
}

function list(count: number): string {
  return Array.from({ length: count }, () => ':v').join()
}

/** So many comparisons, and one AND less. */
function chain(count: number): string {
  return Array.from({ length: count }, () => 'a = :v').join(' AND ')
}

function escape(text: string): string {
  return text.replace(/[()[\]+.*?^$]/g, '\\$&')
}
