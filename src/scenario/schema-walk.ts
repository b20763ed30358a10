import { z } from 'zod'

type Schema = z.core.$ZodType

/**
 * The key names known at a place of a schema; none where it is not an object. Over all forms it may take there, or over those
 * that `value` chooses, as a load does by naming its executor.
 */
export function knownKeys(schema: Schema, path: readonly PropertyKey[], value?: unknown): string[] {
  const objects = schemasAt(schema, path).filter((found) => found instanceof z.ZodObject)
  const chosen = objects.filter((object) => isChosen(object, value))
  return [...new Set((chosen.length > 0 ? chosen : objects).flatMap((object) => Object.keys(object.def.shape)))]
}

/** Does a value have all the words by which this form is told from others? */
function isChosen({ def: { shape } }: z.ZodObject, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const words = Object.entries(shape).filter(([, member]) => member instanceof z.ZodLiteral)
  return words.every(([key, word]) => Object.hasOwn(value, key) && word.safeParse(Reflect.get(value, key)).success)
}

/** True where names that no schema lists may stand: in a record, or where anything may. */
export function takesAnyKey(schema: Schema, path: readonly PropertyKey[]): boolean {
  return schemasAt(schema, path).some(
    (found) => found instanceof z.ZodRecord || found instanceof z.ZodUnknown || found instanceof z.ZodAny,
  )
}

/** The bare schemas (no default, optional or union left around them) that may stand at a path; none where it leads nowhere. */
export function schemasAt(schema: Schema, path: readonly PropertyKey[]): Schema[] {
  const [key, ...rest] = path
  const bare = unwrap(schema)
  if (key === undefined) return bare
  return bare.flatMap((parent) => {
    const child = childOf(parent, key)
    return child === undefined ? [] : schemasAt(child, rest)
  })
}

function unwrap(schema: Schema): Schema[] {
  if (isWrapper(schema)) return unwrap(schema.def.innerType)
  if (schema instanceof z.ZodPipe) return [...unwrap(schema.def.in), ...unwrap(schema.def.out)]
  if (schema instanceof z.ZodUnion) return schema.def.options.flatMap((option) => unwrap(option))
  if (schema instanceof z.ZodIntersection) return [...unwrap(schema.def.left), ...unwrap(schema.def.right)]
  if (schema instanceof z.ZodLazy) return unwrap(schema.def.getter())
  return [schema]
}

const WRAPPERS = [
  z.ZodOptional,
  z.ZodNullable,
  z.ZodDefault,
  z.ZodPrefault,
  z.ZodNonOptional,
  z.ZodReadonly,
  z.ZodCatch,
]

function isWrapper(schema: Schema): schema is z.ZodOptional | z.ZodDefault {
  return WRAPPERS.some((wrapper) => schema instanceof wrapper)
}

function childOf(schema: Schema, key: PropertyKey): Schema | undefined {
  if (schema instanceof z.ZodArray) return schema.def.element
  if (schema instanceof z.ZodRecord) return schema.def.valueType
  if (schema instanceof z.ZodObject && Object.hasOwn(schema.def.shape, key)) return schema.def.shape[String(key)]
  return undefined
}
