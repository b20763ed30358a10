type Members = Readonly<Record<string, unknown>>

/**
 * What a request that nobody has checked yet is about: its table, by name or ARN, of several the first. Undefined where
 * it names none.
 */
export function firstTable({ TableName, ResourceArn, RequestItems, TransactItems }: Members): unknown {
  return TableName ?? ResourceArn ?? firstName(RequestItems) ?? tableOfTransaction(TransactItems)
}

/** A batch has its tables as names of members. */
function firstName(tables: unknown): string | undefined {
  for (const name in membersOf(tables)) return name
  return undefined
}

/** A list of actions, each the only member of its item. */
function tableOfTransaction(items: unknown): unknown {
  const item = membersOf(membersOf(items)['0'])
  return membersOf(item[firstName(item) ?? ''])['TableName']
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {}
}
