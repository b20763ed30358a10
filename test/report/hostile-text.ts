import fc from 'fast-check'

/** Names as nobody means them: control characters, markup of every kind, lone surrogates, and very long ones. */
export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
    fc.array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
  )
}

const FRAGMENTS = [
  '</testcase>',
  ']]>',
  '<!--',
  '&amp;',
  '&#0;',
  '"',
  "'",
  '|',
  '\\|',
  '`',
  '```',
  '\n',
  '\r\n| a | b |',
  '[x](javascript:alert(1))',
  '![x](https://evil.example/x.png)',
  'https://evil.example',
  '@team',
  '#1',
  '<script>',
  '<img src=x onerror=1>',
  '**',
  '__proto__',
  '$x$',
  '\u001B[31m',
  '\u202E',
  '\uD800',
  '\uFFFF',
  '\u0000',
  'http_5xx',
  ' ',
]
