import assert from 'node:assert/strict'
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  RestoreSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import type { BehaviourTest, OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createSecret } from './secret.ts'

const api = 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/'
const DAY_SECONDS = 24 * 3600

/** Names, deletion and what is stored beside the value. */
export const lifecycle: readonly (BehaviourTest | OwnBehaviourTest)[] = [
  {
    id: 'sec-006',
    async run(aws) {
      const secret = await createSecret(aws)
      const { secrets } = aws.clients
      await secrets.send(new DeleteSecretCommand({ SecretId: secret.name, RecoveryWindowInDays: 7 }))
      await refused(secrets.send(new CreateSecretCommand({ Name: secret.name, SecretString: 'again' })), {
        code: 'InvalidRequestException',
        status: 400,
        message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
      })
    },
  },
  {
    id: 'own-sec-exists',
    sentence: 'A name is taken once.',
    source: `${api}API_CreateSecret.html`,
    async run(aws) {
      const { name } = await createSecret(aws)
      await refused(aws.clients.secrets.send(new CreateSecretCommand({ Name: name, SecretString: 'other' })), {
        code: 'ResourceExistsException',
        status: 400,
        message: `The operation failed because the secret ${name} already exists.`,
      })
    },
  },
  {
    id: 'own-sec-deleted-is-closed',
    sentence: 'The value of a secret that is marked for deletion cannot be read until it is restored.',
    source: `${api}API_DeleteSecret.html`,
    async run(aws) {
      const secret = await createSecret(aws)
      const { secrets } = aws.clients
      const { DeletionDate } = await secrets.send(new DeleteSecretCommand({ SecretId: secret.name }))
      const days = (DeletionDate!.getTime() - aws.now()) / 1000 / DAY_SECONDS
      assert.ok(days > 29, `30 days by default, got ${days}`)
      await refused(secret.get(), {
        code: 'InvalidRequestException',
        status: 400,
        message: "You can't perform this operation on the secret because it was marked for deletion.",
      })
      await secrets.send(new RestoreSecretCommand({ SecretId: secret.name }))
      assert.equal((await secret.get()).SecretString, 'first')
    },
  },
  {
    id: 'own-sec-deletion-window',
    sentence: 'A secret is gone when its recovery window is over, and its name is free.',
    source: `${api}API_DeleteSecret.html`,
    movesTime: true,
    async run(aws) {
      const secret = await createSecret(aws)
      const { secrets } = aws.clients
      await secrets.send(new DeleteSecretCommand({ SecretId: secret.name, RecoveryWindowInDays: 7 }))
      await aws.advance(8 * DAY_SECONDS)
      await refused(secret.get(), { code: 'ResourceNotFoundException' })
      await secrets.send(new CreateSecretCommand({ Name: secret.name, SecretString: 'again' }))
    },
  },
  {
    id: 'own-sec-window-range',
    sentence: 'A recovery window is 7-30 days.',
    source: `${api}API_DeleteSecret.html`,
    async run(aws) {
      const { name: SecretId } = await createSecret(aws)
      for (const RecoveryWindowInDays of [6, 31]) {
        const call = new DeleteSecretCommand({ SecretId, RecoveryWindowInDays })
        await refused(aws.clients.secrets.send(call), { code: 'InvalidParameterException', status: 400 })
      }
    },
  },
  {
    id: 'own-sec-policy',
    sentence: 'A resource policy is stored, given back and removed.',
    source: `${api}API_PutResourcePolicy.html`,
    async run(aws) {
      const { name: SecretId, arn } = await createSecret(aws)
      const { secrets } = aws.clients
      const statement = {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${aws.account}:root` },
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      }
      const policy = { Version: '2012-10-17', Statement: [statement] }
      await secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: JSON.stringify(policy) }))
      const found = await secrets.send(new GetResourcePolicyCommand({ SecretId }))
      assert.deepEqual([found.ARN, JSON.parse(found.ResourcePolicy!)], [arn, policy])
      await secrets.send(new DeleteResourcePolicyCommand({ SecretId }))
      assert.equal((await secrets.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy, undefined)
    },
  },
  {
    id: 'own-sec-describe',
    sentence: 'DescribeSecret tells which version has which stages, and never a value.',
    source: `${api}API_DescribeSecret.html`,
    async run(aws) {
      const Tags = [{ Key: 'team', Value: 'blue' }]
      const secret = await createSecret(aws, { SecretString: 'first', Description: 'a test', Tags })
      const { VersionId } = await secret.put({ SecretString: 'second' })
      const found = await aws.clients.secrets.send(new DescribeSecretCommand({ SecretId: secret.name }))
      assert.deepEqual(found.VersionIdsToStages, {
        [secret.versionId!]: ['AWSPREVIOUS'],
        [VersionId!]: ['AWSCURRENT'],
      })
      assert.deepEqual([found.Description, found.Tags], ['a test', Tags])
      assert.ok(!('SecretString' in found))
    },
  },
]
