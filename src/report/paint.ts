import { styleText } from 'node:util'

export type Style = 'green' | 'red' | 'yellow' | 'cyan' | 'bold' | 'dim'

/** Text in a style, or in all of several. */
export type Paint = (style: Style | Style[], text: string) => string

/** Without colour text stays as it is; whether there is a terminal is for the caller to know. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text)
}
