import { InvalidInputError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'

/** One line of yargs' own words: `Argument: name, Given: "storefrnt", Choices: "storefront", "relay"`. */
const CHOICE = /^\s*Argument: .*, Given: "(?<given>[^"]*)", Choices: (?<choices>".*")$/gm

/**
 * What yargs says of arguments that it cannot take, with the nearest of the words that were allowed, and where to read on:
 * the help of the command that was meant, where `args` name one of `commands`.
 */
export function usageError(said: string, args: readonly string[], commands: readonly string[]): InvalidInputError {
  const hinted = said.replaceAll(CHOICE, (told: string, ...rest: unknown[]) => {
    const { given, choices } = rest.at(-1) as { readonly given: string; readonly choices: string }
    const known = Array.from(choices.matchAll(/"([^"]*)"/g), ([, choice]) => choice)
    return told + didYouMean(given, known)
  })
  const [command] = args.filter((arg) => commands.includes(arg))
  return new InvalidInputError(`${hinted}\nSee turnaround ${command === undefined ? '' : `${command} `}--help`)
}
