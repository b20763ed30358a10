import { boolean, integer, string } from '../shape.ts'
import { operation, type Operations, type SecretsContext } from './context.ts'
import { summarize } from './describe.ts'
import { constraint } from './errors.ts'
import { filters, matching } from './filters.ts'
import { checkPage, compareKeys, pageOf } from './paging.ts'
import type { Secret } from './vault.ts'

const largestPage = 100

/** Those that are equal are in order of their making. */
const sortKeys: Readonly<Record<string, (secret: Secret) => readonly (number | string)[]>> = {
  'created-date': ({ id, createdMs }) => [createdMs, id],
  'last-changed-date': ({ id, changedMs }) => [changedMs, id],
  'last-accessed-date': ({ id, accessedMs }) => [accessedMs ?? 0, id],
  name: ({ id, name }) => [name, id],
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
export function listSecrets(context: SecretsContext): Operations {
  const { vault, versions } = context
  return {
    ListSecrets: operation(
      context,
      {
        MaxResults: integer,
        NextToken: string,
        Filters: filters,
        SortOrder: string,
        SortBy: string,
        IncludePlannedDeletion: boolean,
      },
      (input, world) => {
        const { MaxResults: size, SortOrder: order = 'asc', SortBy: by = 'created-date' } = input
        checkPage(size, largestPage)
        if (order !== 'asc' && order !== 'desc') {
          throw constraint(order, 'sortOrder', 'satisfy enum value set: [asc, desc]')
        }
        if (!Object.hasOwn(sortKeys, by)) {
          throw constraint(by, 'sortBy', `satisfy enum value set: [${Object.keys(sortKeys).join(', ')}]`)
        }
        const keyOf = sortKeys[by]
        const direction = order === 'asc' ? 1 : -1
        const found = matching(vault.list(world), input.Filters ?? [])
          .filter(({ deletedMs }) => deletedMs === null || input.IncludePlannedDeletion === true)
          .sort((a, b) => compareKeys(keyOf(a), keyOf(b)) * direction)
        const { page, nextToken } = pageOf(found, keyOf, size ?? largestPage, input.NextToken, order === 'desc')
        return { SecretList: page.map((secret) => summarize(secret, versions.of(secret))), NextToken: nextToken }
      },
    ),
  }
}
