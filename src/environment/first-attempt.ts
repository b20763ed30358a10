import type {
  FinalizeHandlerArguments,
  FinalizeRequestHandlerOptions,
  FinalizeRequestMiddleware,
  MetadataBearer,
  MiddlewareStack,
} from '@smithy/types'

type Middleware = FinalizeRequestMiddleware<object, MetadataBearer>
type Arguments = FinalizeHandlerArguments<object>

const RETRY = 'retryMiddleware'

/**
 * Lets the SDK's retries see a call only when its first attempt has failed: to be ready for that costs a tenth of a call,
 * most of it an error that is never thrown. Everything about retries stays as the SDK has it, but that the patience of
 * their strategy counts from the first failure. For servers that do not look at the headers `amz-sdk-*`.
 */
export function firstAttemptFirst<Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
): void {
  const retries = takeOut(stack)
  const middleware: Middleware = (next, context) => {
    return async (args) => {
      try {
        const result = await next(args)
        Object.assign(result.output.$metadata, { attempts: 1, totalRetryDelay: 0 })
        return result
      } catch (error) {
        let isFirst = true
        const attempt = async (again: Arguments) => {
          if (!isFirst) return next(again)
          isFirst = false
          throw error
        }
        return retries.middleware(attempt, context)(args)
      }
    }
  }
  // The options of an entry name its middleware too.
  stack.add(middleware as never, { ...retries.options, middleware } as FinalizeRequestHandlerOptions)
}

function takeOut<Input extends object, Output extends object>(stack: MiddlewareStack<Input, Output>) {
  let found: { middleware: Middleware; options: FinalizeRequestHandlerOptions } | undefined
  const reader = {
    add(middleware: Middleware, options: FinalizeRequestHandlerOptions) {
      if (options.name === RETRY) found = { middleware, options }
    },
    addRelativeTo: () => undefined,
  }
  stack.applyToStack(reader as never)
  if (found === undefined) throw new Error(`this version of the SDK has no ${RETRY}`)
  stack.remove(RETRY)
  return found
}
