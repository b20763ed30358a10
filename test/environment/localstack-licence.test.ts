import assert from 'node:assert/strict'
import { test } from 'node:test'
import { licenceTrouble } from '../../src/environment/localstack-licence.ts'

const IMAGE = 'localstack/localstack:2026.09.1'
const WITHOUT = /, or take the last version that needs none with LOCALSTACK_TAG=4\.14\.0\. It said:\n/

/** As 3.0.0 worded it and 2026.9.1 does. */
const said = (reason: string) =>
  `Localstack returning with exit code 55. Reason:\nLicense activation failed! 🔑❌\nReason: ${reason}\n` +
  'Due to this error, Localstack has quit.'

function trouble(logs: string, exitCode = 55): string {
  const message = licenceTrouble({ image: IMAGE, logs, exitCode })
  assert.ok(message, 'it is about a licence')
  assert.ok(message.startsWith(`${IMAGE} `) && message.endsWith(logs), message)
  assert.match(message, WITHOUT)
  return message
}

test('where no token was found one is asked for, in the words of every version', () => {
  const now = said('No credentials were found in the environment. Please set the LOCALSTACK_AUTH_TOKEN variable')
  const march =
    'Localstack returning with exit code 55. Reason:\nThe license activation failed for the following reason:\n' +
    'No credentials were found in the environment.\nLocalStack requires an account to run.'
  for (const logs of [now, march, 'LocalStack requires an account to run.']) {
    assert.match(trouble(logs), /wants a licence: set LOCALSTACK_AUTH_TOKEN/)
  }
})

test('a token that is refused is not asked for again: it and its licence are to be checked', () => {
  const reasons = [
    'The credentials defined in your environment are invalid. Please make sure to set the LOCALSTACK_AUTH_TOKEN',
    'The auth token defined in LOCALSTACK_AUTH_TOKEN has an invalid format.',
    'The license has expired.',
    'Error while trying to perform code activation. You may be using a version that is not within your agreement.',
    'The product you are trying to activate does not match the ones in the license agreement.',
  ]
  for (const reason of reasons) {
    const message = trouble(said(reason))
    assert.match(message, /could not activate its licence: check LOCALSTACK_AUTH_TOKEN, .*covers this version/)
    assert.doesNotMatch(message, /wants a licence/)
  }
})

test('a licensing server that cannot be reached is named', () => {
  const reasons = [
    'Could not reach the LocalStack licensing server at https://api.localstack.cloud/v1.',
    'Offline activation failed! Your local license file that is used to activate LocalStack has expired.',
  ]
  for (const reason of reasons) assert.match(trouble(said(reason)), /container reach https:\/\/api\.localstack\.cloud/)
})

test('exit code 55 is enough, and so are its words where the code is another', () => {
  assert.match(trouble('it said nothing'), /could not activate its licence/)
  assert.match(trouble(said('The license has expired.'), 1), /could not activate its licence/)
})

test('any other end is not about a licence', () => {
  for (const exitCode of [undefined, 0, 1, 137]) {
    assert.equal(licenceTrouble({ image: IMAGE, logs: 'Ready.', exitCode }), undefined)
  }
})
