import type { ServiceTests } from '../behaviours.ts'
import { checksums } from './checksums.ts'
import { conditionalWrites } from './conditional-writes.ts'
import { cors } from './cors.ts'
import { deleting } from './deleting.ts'
import { listing } from './listing.ts'
import { multipart } from './multipart.ts'
import { notifications } from './notifications.ts'
import { objects } from './objects.ts'
import { reading } from './reading.ts'
import { settings } from './settings.ts'
import { versionLists } from './version-lists.ts'
import { versions } from './versions.ts'

export const s3Tests: ServiceTests = [
  ...conditionalWrites,
  ...reading,
  ...deleting,
  ...listing,
  ...multipart,
  ...versions,
  ...versionLists,
  ...objects,
  ...checksums,
  ...settings,
  ...cors,
  ...notifications,
]
