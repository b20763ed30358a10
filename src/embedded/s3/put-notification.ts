import { writeSetting } from './bucket-settings.ts'
import { invalidArgument } from './invalid-argument.ts'
import { testMessage } from './notifications/event-message.ts'
import { receiveDocument } from './receive-document.ts'
import { sendEmpty, type BucketRequest, type S3Context } from './s3-request.ts'
import { S3Error } from './errors.ts'
import { notification } from './settings/notification.ts'

/**
 * Replaces the bucket's notifications. Each queue is sent a test event first, which proves that it is there; with
 * x-amz-skip-destination-validation nobody asks.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export async function putBucketNotification(context: S3Context, request: BucketRequest): Promise<void> {
  const { root } = await receiveDocument(request, notification.root)
  if (root === undefined) throw new S3Error('MalformedXML')
  const value = notification.check!(notification.shape.read(root), context, request)
  if (request.headers['x-amz-skip-destination-validation'] !== 'true') {
    const queues = new Set(value.QueueConfiguration.map(({ Queue }) => Queue))
    for (const queue of queues) await proveQueue(context, request, queue)
  }
  writeSetting(context, request.bucket, notification, value)
  sendEmpty(request, 200)
}

async function proveQueue(context: S3Context, request: BucketRequest, queue: string): Promise<void> {
  const message = testMessage(request.bucket, request.requestId, context.clock.now())
  const refuse = (why: string): S3Error =>
    invalidArgument('Unable to validate the following destination configurations', queue, why)
  if (queue.endsWith('.fifo')) throw refuse('FIFO queues are not supported as event destinations')
  if (!(await context.deliver(queue, message))) throw refuse('The destination queue does not exist')
}
