/** The functions of conditions, and how many operands they take. */
export const conditionFunctions: ReadonlyMap<string, number> = new Map([
  ['attribute_exists', 1],
  ['attribute_not_exists', 1],
  ['attribute_type', 2],
  ['begins_with', 2],
  ['contains', 2],
  ['size', 1],
])

/** Those of update expressions. */
export const updateFunctions: ReadonlyMap<string, number> = new Map([
  ['if_not_exists', 2],
  ['list_append', 2],
])

/** Why an expression of that kind cannot have the function; undefined where it can. */
export function whyNoFunction(name: string, isUpdate: boolean): string | undefined {
  const [own, others] = isUpdate ? [updateFunctions, conditionFunctions] : [conditionFunctions, updateFunctions]
  if (own.has(name)) return undefined
  if (!others.has(name)) return `Invalid function name; function: ${name}`
  return `The function is not allowed in ${isUpdate ? 'an update' : 'a condition'} expression; function: ${name}`
}
