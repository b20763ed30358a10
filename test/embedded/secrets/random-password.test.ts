import assert from 'node:assert/strict'
import test from 'node:test'
import { GetRandomPasswordCommand, type GetRandomPasswordCommandInput } from '@aws-sdk/client-secrets-manager'
import fc from 'fast-check'
import { testSecrets } from './secrets-server.ts'

const kinds = {
  lower: /[a-z]/,
  upper: /[A-Z]/,
  number: /[0-9]/,
  punctuation: /[!-/:-@[-`{-~]/,
  space: / /,
}

test('a password has the length and the kinds of letters asked for', async (t) => {
  const { client } = await testSecrets(t)
  const input = fc.record({
    PasswordLength: fc.integer({ min: 5, max: 60 }),
    ExcludeCharacters: fc.constantFrom('', 'xyzDje@?!.', 'a-\\]'),
    ExcludeLowercase: fc.boolean(),
    ExcludeUppercase: fc.boolean(),
    ExcludeNumbers: fc.boolean(),
    ExcludePunctuation: fc.boolean(),
    IncludeSpace: fc.constant(true),
  })
  await fc.assert(
    fc.asyncProperty(input, async (asked) => {
      const { RandomPassword: password } = await client.send(new GetRandomPasswordCommand(asked))
      assert.equal(password!.length, asked.PasswordLength)
      assert.ok(!Array.from(password!).some((letter) => asked.ExcludeCharacters.includes(letter)))
      assert.equal(kinds.lower.test(password!), !asked.ExcludeLowercase)
      assert.equal(kinds.upper.test(password!), !asked.ExcludeUppercase)
      assert.equal(kinds.number.test(password!), !asked.ExcludeNumbers)
      assert.equal(kinds.punctuation.test(password!), !asked.ExcludePunctuation)
      assert.ok(kinds.space.test(password!))
    }),
    { numRuns: 50, seed: 4 },
  )
})

test('a password is 32 characters without spaces by default, and never the same', async (t) => {
  const { client } = await testSecrets(t)
  const get = async (input: GetRandomPasswordCommandInput = {}) =>
    (await client.send(new GetRandomPasswordCommand(input))).RandomPassword!
  const password = await get()
  assert.equal(password.length, 32)
  assert.doesNotMatch(password, / /)
  assert.notEqual(await get(), password)
  assert.equal((await get({ PasswordLength: 4096 })).length, 4096)
  assert.match(await get({ PasswordLength: 1, RequireEachIncludedType: false }), /^[!-~]$/)
})

test('a password that cannot be made is refused', async (t) => {
  const { client } = await testSecrets(t)
  const get = (input: GetRandomPasswordCommandInput) => client.send(new GetRandomPasswordCommand(input))
  await assert.rejects(get({ PasswordLength: 3 }), {
    name: 'InvalidParameterException',
    message: 'Password length is too short based on the required types.',
  })
  for (const PasswordLength of [0, 4097]) await assert.rejects(get({ PasswordLength }), { name: 'ValidationException' })
  const nothing = { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true }
  await assert.rejects(get(nothing), { name: 'InvalidParameterException' })
})
