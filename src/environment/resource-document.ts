import { InvalidInputError } from '../errors.ts'
import { resourceNames } from './names.ts'
import type { Environment } from './resolve-environment.ts'
import { resourceCalls } from './resource-calls.ts'

/** A `ResourceCall` as JSON: what an emulator's init hook, or a person with the AWS CLI, makes in this order. */
export interface ResourceCallDocument {
  readonly service: string
  readonly operation: string
  readonly input: object
  /** Regular expression: an error that matches it says that this was done before. */
  readonly doneBefore?: string
}

/**
 * The calls that make an environment's resources, without making any. Queue URLs have the environment's endpoint as
 * their origin. Throws InvalidInputError where the account, which is part of names, is not known without asking.
 */
export function resourceDocument(environment: Environment): ResourceCallDocument[] {
  const { name, stage, region, account, endpoint = `https://sqs.${region}.amazonaws.com` } = environment
  if (account === undefined) {
    throw new InvalidInputError(`The account of ${name} is part of its names, and is not asked for here:`, [
      { path: 'AWS_ACCOUNT_ID', message: 'must be set, twelve digits' },
    ])
  }
  const origin = endpoint.replace(/\/+$/, '')
  const place = {
    names: resourceNames(stage, account),
    region,
    account,
    queueUrl: (queue: string) => `${origin}/${account}/${queue}`,
  }
  return resourceCalls(place).map(({ doneBefore, ...call }) => ({
    ...call,
    ...(doneBefore && { doneBefore: doneBefore.source }),
  }))
}
