import type { EmbeddedClock } from '../../clock.ts'
import type { Store } from '../../store.ts'
import type { Catalog } from '../catalog.ts'
import { readSetting } from '../bucket-settings.ts'
import { keyFilter, notification, type QueueConfiguration } from '../settings/notification.ts'
import { eventMessage } from './event-message.ts'
import type { ObjectEvent } from './object-event.ts'
import { createOutbox, type DeliverEvent } from './outbox.ts'

export interface Notifications {
  /** Within the transaction of what happened. Costs one look-up where the bucket notifies nobody. */
  record(event: ObjectEvent): void
  close(): Promise<void>
}

/** Tells queues what happens in buckets. https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html */
export function createNotifications(
  store: Store,
  catalog: Catalog,
  clock: EmbeddedClock,
  deliver: DeliverEvent,
  onError: (error: unknown) => void,
): Notifications {
  const outbox = createOutbox(store, clock, deliver, onError)

  return {
    record(event) {
      const { QueueConfiguration: queues = [] } = readSetting({ catalog }, event.bucket.name, notification) ?? {}
      const wanted = queues.filter((queue) => isFor(queue, event))
      if (wanted.length === 0) return
      const sequencer = outbox.nextNumber().toString(16).toUpperCase().padStart(18, '0')
      for (const { Queue, Id = '' } of wanted) {
        outbox.add(Queue, eventMessage(event, Id, clock.now(), sequencer))
      }
    },
    close: () => outbox.close(),
  }
}

function isFor(queue: QueueConfiguration, { name, key }: ObjectEvent): boolean {
  const event = `s3:${name}`
  const { prefix, suffix } = keyFilter(queue)
  const isNamed = queue.Event.some((one) => one === event || (one.endsWith('*') && event.startsWith(one.slice(0, -1))))
  return isNamed && key.startsWith(prefix) && key.endsWith(suffix)
}
