import { getBucketAcl, getObjectAcl, putBucketAcl, putObjectAcl } from './acl.ts'
import { deleteBucketSetting, getBucketSetting, putBucketSetting } from './bucket-settings.ts'
import { notOffered, type OperationTable } from './not-offered.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts'
import { deleteBucketPolicy, getBucketPolicy, getBucketPolicyStatus, putBucketPolicy } from './policy-operations.ts'
import { putBucketNotification } from './put-notification.ts'
import type { BucketSetting } from './settings/bucket-setting.ts'
import { corsRules } from './settings/cors-rules.ts'
import { encryption } from './settings/encryption.ts'
import { lifecycle } from './settings/lifecycle.ts'
import { logging } from './settings/logging.ts'
import { notification } from './settings/notification.ts'
import {
  accelerate,
  ownershipControls,
  publicAccessBlock,
  requestPayment,
  tagging,
} from './settings/simple-settings.ts'
import { website } from './settings/website.ts'

/** `name` and `deleteName` are what AWS calls the thing in the names of its operations. */
function operationsOf<T>(setting: BucketSetting<T>, name: string, deleteName?: string): OperationTable {
  const where = `bucket ?${setting.name}`
  const table: OperationTable = {
    [`PUT ${where}`]: { name: `Put${name}`, run: (context, request) => putBucketSetting(context, request, setting) },
    [`GET ${where}`]: { name: `Get${name}`, run: (context, request) => getBucketSetting(context, request, setting) },
  }
  if (deleteName === undefined) return table
  return {
    ...table,
    [`DELETE ${where}`]: {
      name: `Delete${deleteName}`,
      run: (context, request) => deleteBucketSetting(context, request, setting),
    },
  }
}

/** The settings that are documents, kept and given back. */
const documents: OperationTable = {
  ...operationsOf(accelerate, 'BucketAccelerateConfiguration'),
  ...operationsOf(corsRules, 'BucketCors', 'BucketCors'),
  ...operationsOf(encryption, 'BucketEncryption', 'BucketEncryption'),
  ...operationsOf(lifecycle, 'BucketLifecycleConfiguration', 'BucketLifecycle'),
  ...operationsOf(logging, 'BucketLogging'),
  ...operationsOf(ownershipControls, 'BucketOwnershipControls', 'BucketOwnershipControls'),
  ...operationsOf(publicAccessBlock, 'PublicAccessBlock', 'PublicAccessBlock'),
  ...operationsOf(requestPayment, 'BucketRequestPayment'),
  ...operationsOf(tagging, 'BucketTagging', 'BucketTagging'),
  ...operationsOf(website, 'BucketWebsite', 'BucketWebsite'),
}

/** What is said about buckets and objects, beside what is in them, by method and query parameter. */
export const settingOperations: OperationTable = {
  ...notOffered,
  ...documents,
  'GET bucket ?acl': { name: 'GetBucketAcl', run: getBucketAcl },
  'PUT bucket ?acl': { name: 'PutBucketAcl', run: putBucketAcl },
  'GET object ?acl': { name: 'GetObjectAcl', run: getObjectAcl },
  'PUT object ?acl': { name: 'PutObjectAcl', run: putObjectAcl },
  'GET bucket ?notification': {
    name: 'GetBucketNotificationConfiguration',
    run: (context, request) => getBucketSetting(context, request, notification),
  },
  'PUT bucket ?notification': { name: 'PutBucketNotificationConfiguration', run: putBucketNotification },
  'GET bucket ?policy': { name: 'GetBucketPolicy', run: getBucketPolicy },
  'PUT bucket ?policy': { name: 'PutBucketPolicy', run: putBucketPolicy },
  'DELETE bucket ?policy': { name: 'DeleteBucketPolicy', run: deleteBucketPolicy },
  'GET bucket ?policyStatus': { name: 'GetBucketPolicyStatus', run: getBucketPolicyStatus },
  'GET object ?tagging': { name: 'GetObjectTagging', run: getObjectTagging },
  'PUT object ?tagging': { name: 'PutObjectTagging', run: putObjectTagging },
  'DELETE object ?tagging': { name: 'DeleteObjectTagging', run: deleteObjectTagging },
}
