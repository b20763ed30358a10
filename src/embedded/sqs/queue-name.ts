import { SqsError } from './errors.ts'

const standard = /^[A-Za-z0-9_-]{1,80}$/
const fifo = /^(?=.{6,80}$)[A-Za-z0-9_-]+\.fifo$/

/**
 * Throws where a queue cannot have this name: that of a FIFO queue, and it alone, ends in `.fifo`, and both the name
 * and the attribute FifoQueue have to say so.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
 */
export function checkQueueName(name: string, { FifoQueue: isFifo }: Readonly<Record<string, string>>): void {
  if (isFifo === 'true') {
    if (fifo.test(name)) return
    throw new SqsError(
      'InvalidParameterValue',
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, ' +
        'must end with .fifo suffix and be 1 to 80 in length.',
    )
  }
  if (isFifo !== undefined) throw new SqsError('InvalidAttributeName', 'Unknown Attribute FifoQueue.')
  if (!standard.test(name)) {
    throw new SqsError(
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    )
  }
}
