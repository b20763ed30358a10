import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classOfCode, classOfError, isFinalClose } from '../../../src/workloads/relay/outcome.ts'

const failed = (code: string, message = '') => classOfError(Object.assign(new Error(message), { code }))

test('errors of sockets have the classes that all workloads share', () => {
  const classes = {
    ECONNREFUSED: 'refused',
    ECONNRESET: 'reset',
    EPIPE: 'reset',
    ENOTFOUND: 'dns',
    EAI_AGAIN: 'dns',
    ETIMEDOUT: 'timeout',
    EMFILE: 'sockets',
    EADDRNOTAVAIL: 'sockets',
    ENOBUFS: 'sockets',
    ERR_TLS_CERT_ALTNAME_INVALID: 'tls',
    ERR_SSL_WRONG_VERSION_NUMBER: 'tls',
    CERT_HAS_EXPIRED: 'tls',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
    HPE_HEADER_OVERFLOW: 'protocol',
    WS_ERR_INVALID_OPCODE: 'protocol',
    EWHATEVER: 'error',
  }
  assert.deepEqual(Object.fromEntries(Object.keys(classes).map((code) => [code, failed(code)])), classes)
})

test('what the upgrade was answered with decides, where there is no code', () => {
  const of = (message: string) => classOfError(new Error(message))
  assert.equal(of('Unexpected server response: 404'), 'http_4xx')
  assert.equal(of('Unexpected server response: 503'), 'http_5xx')
  assert.equal(of('Unexpected server response: 302'), 'protocol')
  assert.equal(of('Opening handshake has timed out'), 'timeout')
  assert.equal(of('Invalid Sec-WebSocket-Accept header'), 'protocol')
  assert.equal(of('anything else'), 'error')
})

test('codes of the relay and of closes keep their number; those of the client speak of its transport', () => {
  assert.deepEqual(
    [classOfCode(3500, 'reset'), classOfCode(103, 'reset'), classOfCode(1, 'reset'), classOfCode(11, 'reset')],
    ['closed_3500', 'error_103', 'timeout', 'reset'],
  )
})

test('from some codes a client does not come back', () => {
  const codes = [1006, 3000, 3499, 3500, 3999, 4000, 4499, 4500, 4999]
  assert.deepEqual(codes.filter(isFinalClose), [3500, 3999, 4500, 4999])
})
