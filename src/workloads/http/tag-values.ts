import type { TagValues } from '../../thresholds/unknown-tag-values.ts'
import type { HttpSettings } from './schema.ts'

/** Steps and checks that a scenario declares. A module names its own while it runs: undefined. */
export function tagValues({ module, journeys, request }: HttpSettings): TagValues | undefined {
  if (module !== undefined) return undefined
  const steps = (journeys ?? []).flatMap((journey) => journey.steps)
  return {
    step: request ? [stepName(request)] : steps.map(({ name }) => name),
    check: steps.flatMap(({ checks }) => checks.map(({ name }) => name)),
  }
}

/** `GET /products`, where it has no name. */
export function stepName({ name, method, path, url, body, json, file }: NonNullable<HttpSettings['request']>): string {
  const verb = method ?? ([body, json, file].every((one) => one === undefined) ? 'GET' : 'POST')
  return name ?? `${verb} ${(path ?? url ?? '').split('?', 1)[0]}`.slice(0, 100)
}
