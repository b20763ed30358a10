import { createAwsLike } from './aws-like.ts'
import type { EmbeddedClock } from './clock.ts'
import type { DataFolder } from './data-folder.ts'
import { LazyService } from './lazy-service.ts'
import type { EmbeddedOptions } from './options.ts'
import type { Services } from './route.ts'
import type { Service } from './service.ts'
import type { Store } from './store.ts'
import { undoAll } from './undo-all.ts'

/** The services on one store. A reset replaces all of it. */
export interface Backend {
  readonly services: Services
  /** What each service says of itself, for `/_turnaround/state`. */
  state(): BackendState
  bodyPath(bucket: string, key: string): string | undefined
  smallBody(bucket: string, key: string): Buffer | undefined
  /** Answers long polls with nothing and stops all timers. Requests are still served. */
  stop(): void
  /** To be called once, when no request is under way. Closes the store too. */
  close(): Promise<void>
}

export interface BackendState {
  readonly queues: readonly object[]
  readonly tables: readonly object[]
  readonly buckets: readonly object[]
  readonly secrets: readonly object[]
}

export interface BackendOptions {
  readonly store: Store
  readonly folder: DataFolder
  readonly clock: EmbeddedClock
  readonly onError: (error: unknown) => void
  readonly options: EmbeddedOptions
}

/**
 * On a new store services are loaded when they are first asked for; on one that has been used before they go on at once
 * with what was under way. Closes the store where it throws.
 */
export async function openBackend({ store, folder, clock, onError, options }: BackendOptions): Promise<Backend> {
  const awsLike = options.awsLike === undefined ? undefined : createAwsLike(options.awsLike)

  const dynamodb = new LazyService(async () => {
    const { createDynamoDb } = await import('./dynamodb/service.ts')
    return createDynamoDb({ store, clock, awsLike, onError })
  })
  const sqs = new LazyService(async () => {
    const { createSqs } = await import('./sqs/service.ts')
    return createSqs({ store, clock, awsLike, onError, inFlightLimit: options.sqsInFlightLimit })
  })
  const s3 = new LazyService(async () => {
    const { createS3 } = await import('./s3/service.ts')
    const deliver = async (queueArn: string, body: string) => (await sqs.open()).deliver(queueArn, body)
    return createS3({ store, bodiesFolder: folder.bodiesPath, clock, sync: options.sync, awsLike, deliver, onError })
  })
  const secrets = new LazyService(async () => {
    const { createSecrets } = await import('./secrets/service.ts')
    return createSecrets({ store, clock })
  })
  const sts = new LazyService(async () => {
    const { createSts } = await import('./sts/service.ts')
    return createSts()
  })
  const forms = new LazyService(async () => {
    const { createFormFront } = await import('./form-front.ts')
    return createFormFront({ sqs: await sqs.open(), sts: await sts.open() })
  })

  const close = (): Promise<void> =>
    undoAll([
      // Before SQS: what it still delivers may open that.
      () => s3.ifOpened((service) => service.close()),
      () => sqs.ifOpened((service) => service.stop()),
      () => dynamodb.ifOpened((service) => service.stop()),
      () => store.close(),
    ])
  try {
    if (!store.isNew) await Promise.all([sqs, s3, dynamodb, secrets].map((service) => service.open()))
  } catch (error) {
    await close()
    throw error
  }
  return {
    services: { sqs, s3, dynamodb, secrets, sts, forms },
    state: () => ({
      queues: stateOf(sqs),
      tables: stateOf(dynamodb),
      buckets: stateOf(s3),
      secrets: stateOf(secrets),
    }),
    bodyPath: (bucket, key) => s3.opened?.bodyPath(bucket, key),
    smallBody: (bucket, key) => s3.opened?.smallBody(bucket, key),
    stop() {
      sqs.opened?.stop()
      dynamodb.opened?.stop()
    },
    close,
  }
}

function stateOf({ opened }: LazyService<Service & { state?(): readonly object[] }>): readonly object[] {
  return opened?.state?.() ?? []
}
