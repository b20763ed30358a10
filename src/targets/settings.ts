import { didYouMean } from '../nearest.ts'
import { TargetError, type TargetFault } from './target-error.ts'

/** One number that can be set about a target. */
export interface Setting {
  readonly default: number
  readonly min: number
  readonly max: number
  readonly whole?: true
  /** With its unit. */
  readonly describe: string
}

export type Settings = Readonly<Record<string, Setting>>
export type SettingsOf<S extends Settings> = Readonly<Record<keyof S, number>>

/** What is given, and the defaults of the rest. Throws TargetError, which names all that cannot be meant. */
export function readSettings<S extends Settings>(
  settings: S,
  given: Readonly<Record<string, number>> = {},
): SettingsOf<S> {
  const faults = Object.entries(given).flatMap(([name, value]) => check(settings, name, value))
  if (faults.length > 0) throw new TargetError('INVALID_SETTINGS', 'Settings that cannot be meant:', faults)
  const defaults = Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.default]))
  return { ...defaults, ...given } as SettingsOf<S>
}

function check(settings: Settings, name: string, value: number): TargetFault[] {
  const setting = Object.hasOwn(settings, name) ? settings[name] : undefined
  if (setting === undefined) {
    const known = Object.keys(settings)
    return [{ path: name, message: `is not known${didYouMean(name, known) || ';'} there are ${known.join(', ')}` }]
  }
  const { min, max, whole } = setting
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return []
  return [{ path: name, message: `must be a ${whole ? 'whole ' : ''}number, ${min}-${max}, got ${value}` }]
}
