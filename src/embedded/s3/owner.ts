import { hash } from 'node:crypto'
import { branch, leaf } from './xml-writer.ts'

/** The canonical user id of an account: 64 hex digits, as on AWS. */
export function canonicalId(accountId: string): string {
  return hash('sha256', `canonical ${accountId}`)
}

/** `Owner` of a bucket or an object. */
export function ownerElement(accountId: string): string {
  return branch('Owner', leaf('ID', canonicalId(accountId)))
}

/** Who began a multipart upload: here always the account itself. */
export function initiatorElement(accountId: string): string {
  return branch('Initiator', leaf('ID', canonicalId(accountId)))
}
