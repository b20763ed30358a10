import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  BatchGetSecretValueCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import type { BehaviourTest, OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createSecret } from './secret.ts'

const api = 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/'

/** Values, their versions and stages. */
export const values: readonly (BehaviourTest | OwnBehaviourTest)[] = [
  {
    id: 'sec-001',
    async run(aws) {
      await refused(aws.clients.secrets.send(new GetSecretValueCommand({ SecretId: aws.name() })), {
        code: 'ResourceNotFoundException',
        status: 400,
        message: "Secrets Manager can't find the specified secret.",
      })
    },
  },
  {
    id: 'sec-002',
    async run(aws) {
      const secret = await createSecret(aws, {})
      await refused(secret.get(), {
        code: 'ResourceNotFoundException',
        message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      })
      const VersionId = randomUUID()
      await refused(secret.get({ VersionId }), {
        code: 'ResourceNotFoundException',
        message: `Secrets Manager can't find the specified secret value for VersionId: ${VersionId}`,
      })
    },
  },
  {
    id: 'sec-004',
    async run(aws) {
      const secret = await createSecret(aws)
      const update = new UpdateSecretCommand({ SecretId: secret.name, SecretString: 'second' })
      const { VersionId } = await aws.clients.secrets.send(update)
      const current = await secret.get()
      assert.deepEqual([current.SecretString, current.VersionId], ['second', VersionId])
      assert.deepEqual(current.VersionStages, ['AWSCURRENT'])
      const previous = await secret.get({ VersionStage: 'AWSPREVIOUS' })
      assert.deepEqual([previous.SecretString, previous.VersionId], ['first', secret.versionId])
      assert.deepEqual(previous.VersionStages, ['AWSPREVIOUS'])
    },
  },
  {
    id: 'sec-005',
    async run(aws) {
      const secret = await createSecret(aws)
      const ClientRequestToken = randomUUID()
      const VersionStages = ['SAMPLESTAGE1', 'SAMPLESTAGE0']
      const { VersionId } = await secret.put({ SecretString: 'second', ClientRequestToken, VersionStages })
      assert.equal(VersionId, ClientRequestToken)
      assert.equal((await secret.get()).SecretString, 'first')
      assert.equal((await secret.get({ VersionStage: 'SAMPLESTAGE0' })).SecretString, 'second')
    },
  },
  {
    id: 'sec-008',
    async run(aws) {
      const secret = await createSecret(aws)
      const ClientRequestToken = randomUUID()
      const first = await secret.put({ SecretString: 'A', ClientRequestToken })
      const again = await secret.put({ SecretString: 'A', ClientRequestToken })
      assert.equal(again.VersionId, first.VersionId)
      await refused(secret.put({ SecretString: 'B', ClientRequestToken }), {
        code: 'ResourceExistsException',
        message: `You can't use ClientRequestToken ${ClientRequestToken} because that value is already in use for a version of secret ${secret.arn}.`,
      })
    },
  },
  {
    id: 'own-sec-binary',
    sentence: 'A binary secret comes back byte for byte, and without a string.',
    source: `${api}API_GetSecretValue.html`,
    async run(aws) {
      const SecretBinary = Uint8Array.from([0, 255, 1, 254])
      const secret = await createSecret(aws, { SecretBinary })
      const found = await secret.get()
      assert.deepEqual([...found.SecretBinary!], [0, 255, 1, 254])
      assert.equal(found.SecretString, undefined)
    },
  },
  {
    id: 'own-sec-arn',
    sentence: 'A secret’s ARN ends in a hyphen and six characters, and finds it as its name does.',
    source: `${api}API_CreateSecret.html`,
    async run(aws) {
      const secret = await createSecret(aws)
      const prefix = `arn:aws:secretsmanager:${aws.region}:${aws.account}:secret:${secret.name}`
      assert.match(secret.arn.slice(prefix.length), /^-[A-Za-z0-9]{6}$/)
      assert.ok(secret.arn.startsWith(prefix))
      const found = await aws.clients.secrets.send(new GetSecretValueCommand({ SecretId: secret.arn }))
      assert.deepEqual([found.Name, found.SecretString], [secret.name, 'first'])
    },
  },
  {
    id: 'own-sec-move-stage',
    sentence: 'AWSCURRENT moves to a version by name, and its former version becomes AWSPREVIOUS.',
    source: `${api}API_UpdateSecretVersionStage.html`,
    async run(aws) {
      const secret = await createSecret(aws)
      const { VersionId: second } = await secret.put({ SecretString: 'second' })
      const move = { SecretId: secret.name, VersionStage: 'AWSCURRENT', MoveToVersionId: secret.versionId }
      await aws.clients.secrets.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: second }))
      assert.equal((await secret.get()).SecretString, 'first')
      assert.equal((await secret.get({ VersionStage: 'AWSPREVIOUS' })).SecretString, 'second')
    },
  },
  {
    id: 'own-sec-versions',
    sentence: 'ListSecretVersionIds leaves out versions without a stage unless they are asked for.',
    source: `${api}API_ListSecretVersionIds.html`,
    async run(aws) {
      const secret = await createSecret(aws)
      await secret.put({ SecretString: 'second' })
      await secret.put({ SecretString: 'third' })
      const list = async (IncludeDeprecated: boolean) => {
        const call = new ListSecretVersionIdsCommand({ SecretId: secret.name, IncludeDeprecated })
        return (await aws.clients.secrets.send(call)).Versions?.map(({ VersionStages }) => VersionStages ?? [])
      }
      assert.deepEqual((await list(false))?.flat().sort(), ['AWSCURRENT', 'AWSPREVIOUS'])
      assert.equal((await list(true))?.length, 3)
    },
  },
  {
    id: 'own-sec-batch',
    sentence: 'BatchGetSecretValue answers those that are there and lists the others as errors.',
    source: `${api}API_BatchGetSecretValue.html`,
    async run(aws) {
      const [first, second] = [await createSecret(aws), await createSecret(aws, { SecretString: 'other' })]
      const missing = aws.name()
      const SecretIdList = [first.name, missing, second.name]
      const { SecretValues, Errors } = await aws.clients.secrets.send(new BatchGetSecretValueCommand({ SecretIdList }))
      const found = new Map(SecretValues?.map(({ Name, SecretString }) => [Name, SecretString]))
      assert.deepEqual([found.get(first.name), found.get(second.name), found.size], ['first', 'other', 2])
      assert.deepEqual(Errors, [
        {
          SecretId: missing,
          ErrorCode: 'ResourceNotFoundException',
          Message: "Secrets Manager can't find the specified secret.",
        },
      ])
    },
  },
]
