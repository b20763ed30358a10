// Everything outside #x9 | #xA | #xD | #x20-#xD7FF | #xE000-#xFFFD | #x10000-#x10FFFF; a lone surrogate too.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
// eslint-disable-next-line no-control-regex -- finding control characters is the point
const forbidden = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

/** Whether a body or an attribute's text holds only characters that SQS carries. */
export function hasOnlyAllowedCharacters(text: string): boolean {
  return !forbidden.test(text)
}
