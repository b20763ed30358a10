import { S3Error } from './errors.ts'

/** InvalidArgument as S3 words it: with the name and the value of what is refused. */
export function invalidArgument(message: string, name: string, value: string | number): S3Error {
  return new S3Error('InvalidArgument', message, { ArgumentName: name, ArgumentValue: value })
}
