import { S3Error } from '../errors.ts'
import { integer, many, optional, structure, text, type InferXml } from '../xml-shape.ts'
import type { BucketSetting } from './bucket-setting.ts'

const rule = structure({
  ID: optional(text),
  AllowedMethod: many(text, 1),
  AllowedOrigin: many(text, 1),
  AllowedHeader: many(text),
  MaxAgeSeconds: optional(integer),
  ExposeHeader: many(text),
})
const shape = structure({ CORSRule: many(rule, 1, 100) })

export type CorsRule = InferXml<typeof rule>
export type CorsRules = InferXml<typeof shape>

const methods = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD'])

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html */
export const corsRules: BucketSetting<CorsRules> = {
  name: 'cors',
  root: 'CORSConfiguration',
  shape,
  missing: 'NoSuchCORSConfiguration',
  putStatus: 200,
  check(value) {
    value.CORSRule.forEach(checkRule)
    return value
  },
}

function checkRule({ AllowedMethod, AllowedOrigin, AllowedHeader, ExposeHeader }: CorsRule): void {
  const other = AllowedMethod.find((method) => !methods.has(method))
  if (other !== undefined) {
    throw invalid(`Found unsupported HTTP method in CORS config. Unsupported method is ${other}`)
  }
  const oneWildcard = (name: string, values: readonly string[]): void => {
    const found = values.find((value) => value.split('*').length > 2)
    if (found !== undefined) throw invalid(`${name} "${found}" can not have more than one wildcard.`)
  }
  oneWildcard('AllowedOrigin', AllowedOrigin)
  oneWildcard('AllowedHeader', AllowedHeader)
  const wild = ExposeHeader.find((header) => header.includes('*'))
  if (wild !== undefined) {
    throw invalid(`ExposeHeader "${wild}" contains wildcard. We currently do not support wildcard for ExposeHeader`)
  }
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', message)
}
