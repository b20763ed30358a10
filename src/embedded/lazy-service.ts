import type { AwsRequest, Service } from './service.ts'

/** A service that is loaded when it is first needed: nobody waits for the code of services they do not use. */
export class LazyService<S extends Service> implements Service {
  readonly #load: () => Promise<S>
  #loading: Promise<S> | undefined
  #opened: S | undefined

  constructor(load: () => Promise<S>) {
    this.#load = load
  }

  /** Undefined where nobody has needed it yet. */
  get opened(): S | undefined {
    return this.#opened
  }

  /** Rejects where it cannot be opened; the next call tries again. */
  open(): Promise<S> {
    this.#loading ??= this.#load().then(
      (service) => (this.#opened = service),
      (error: unknown) => {
        this.#loading = undefined
        throw error
      },
    )
    return this.#loading
  }

  handle(request: AwsRequest): Promise<void> {
    return this.#opened?.handle(request) ?? this.open().then((service) => service.handle(request))
  }

  /** Does it to the service where there is one, now or in a moment. */
  async ifOpened(close: (service: S) => void | Promise<void>): Promise<void> {
    // Whoever asked for a service that could not be opened was told so.
    const service = await this.#loading?.catch(() => undefined)
    if (service !== undefined) await close(service)
  }
}
