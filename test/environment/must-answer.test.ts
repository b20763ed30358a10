import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { startEmbeddedAws } from '../../src/embedded/index.ts'
import { mustAnswer } from '../../src/environment/must-answer.ts'
import { EnvironmentError } from '../../src/errors.ts'

test('an AWS-like server answers, whatever it says', async (t) => {
  const server = await startEmbeddedAws()
  t.after(() => server.stop())
  await mustAnswer(server.endpoint, 'localstack')
  const refusing = await listen(t, (_, response) => {
    response.writeHead(403, { 'x-amzn-requestid': '1' }).end('{"__type":"MissingAuthenticationTokenException"}')
  })
  await mustAnswer(refusing, 'uat')
})

test('where nothing listens, LocalStack’s user is told how to start it, and how to do without', async (t) => {
  const closed = await listen(t, (_, response) => response.end())
  await refused(mustAnswer(closed.replace(/\d+$/, '1'), 'localstack'), /Nothing answers at .*make up.*--env embedded/)
})

test('a web server on the port is told from AWS', async (t) => {
  const other = await listen(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>It works!</html>')
  })
  await refused(mustAnswer(other, 'localstack'), /is not AWS nor like it \(HTTP 200, text\/html\): is the port right\?/)
})

async function refused(attempt: Promise<void>, message: RegExp): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof EnvironmentError)
    assert.equal(error.exitCode, 106)
    assert.match(error.message, message)
    return true
  })
}

async function listen(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
