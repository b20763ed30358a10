import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { diskStore } from '../../results/disk-store.ts'
import { s3Store } from '../../results/s3-store.ts'
import { resultUploader, type ResultUploader } from '../../results/uploader.ts'
import type { UploadPlace } from './upload-place.ts'

/** A key of KMS for results, where the bucket's own default (SSE-S3) will not do. */
const KMS_VARIABLE = 'TURNAROUND_RESULTS_KMS_KEY_ID'

export function chooseUploader(
  place: UploadPlace,
  { clients, names }: StartedEnvironment,
  resultsFolder: string,
): ResultUploader | undefined {
  if (place === 'none') return undefined
  if (place === 'folder') return resultUploader({ store: diskStore(resultsFolder), place: resultsFolder })
  const kmsKeyId = process.env[KMS_VARIABLE]
  const encryption = kmsKeyId ? { kmsKeyId } : 'AES256'
  const store = s3Store({ client: clients.s3, bucket: names.results, prefix: '', encryption })
  return resultUploader({ store, place: `s3://${names.results}` })
}
