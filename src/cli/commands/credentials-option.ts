import type { AccessKey } from '../../embedded/index.ts'
import { InvalidInputError } from '../../errors.ts'

/**
 * The keys for `--verify-signatures`: of the file, or where none is given those of the standard AWS variables, which
 * clients started from the same shell sign with. Throws InvalidInputError, which repeats no secret.
 */
export async function credentialsOption(path: string, variables = process.env): Promise<readonly AccessKey[]> {
  const { EmbeddedError, readKeysFile } = await import('../../embedded/index.ts')
  if (path === '') return [keyOf(variables)]
  try {
    return readKeysFile(path)
  } catch (error) {
    if (!(error instanceof EmbeddedError)) throw error
    throw new InvalidInputError('An option cannot be meant:', [{ path: '--verify-signatures', message: error.message }])
  }
}

function keyOf(variables: NodeJS.ProcessEnv): AccessKey {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = variables
  if (!accessKeyId || !secretAccessKey) {
    const message = 'needs a file of keys, or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
    throw new InvalidInputError('An option cannot be meant:', [{ path: '--verify-signatures', message }])
  }
  return { accessKeyId, secretAccessKey, ...(token && { sessionToken: token }) }
}
