/**
 * Where results live. `ObjectStore` is the port: two implementations (S3, local disk), one contract suite.
 * The three small stores on top know the layout and the formats of design.md section 5, and nothing of where.
 */

/** What was stored: enough to find it, prove it and count it without downloading it. */
export interface StoredObject {
  /** Relative to the run's folder, e.g. `delays/seq-0007-leg-1.parquet`; for a bare synthetic job to the bucket. */
  readonly key: string
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
}

export interface ObjectStore {
  /** Stores the whole body or nothing; replaces what was there. */
  put(key: string, body: Uint8Array): Promise<StoredObject>
  /** Throws NotFoundError, which names the key. */
  get(key: string): Promise<Uint8Array>
}

/** Columns of `delays/<job_id>.parquet`: one row per replication, ascending by scenario_id 0 … n - 1. */
export interface DelayTable {
  /** `delay_in_minutes`; negative is early. Whole minutes. */
  readonly delayMinutes: Float64Array
  /** `data_value_1` … `data_value_4`: whole numbers below 2^53. */
  readonly dataValues: readonly [Float64Array, Float64Array, Float64Array, Float64Array]
}

/** Columns of `delay_models/{departure,landing}/<IATA>.parquet`: one row per replication, ascending by scenario_id. */
export interface DelayModel {
  /** `duration_in_minutes`. */
  readonly durationMinutes: Int32Array
  readonly dataValues: readonly [Float64Array, Float64Array, Float64Array, Float64Array]
}

export type Direction = 'departure' | 'landing'

/** The seven, in minutes, rounded to 9 decimals. */
export interface Percentiles {
  readonly percentile_50: number
  readonly percentile_75: number
  readonly percentile_90: number
  readonly percentile_95: number
  readonly percentile_99: number
  'percentile_99.5': number
  'percentile_99.9': number
}

/** The stores of one run. Every `get` throws NotFoundError, which names the key. */
export interface ResultStores {
  /** Everything else by its key, relative to the run's folder. */
  readonly objects: ObjectStore
  readonly models: {
    store(direction: Direction, iata: string, model: DelayModel): Promise<StoredObject>
    get(direction: Direction, iata: string): Promise<DelayModel>
  }
  readonly delays: {
    store(jobId: string, table: DelayTable): Promise<StoredObject>
    get(jobId: string): Promise<DelayTable>
  }
  readonly percentiles: {
    store(sequenceId: number, percentiles: Percentiles): Promise<StoredObject>
    get(sequenceId: number): Promise<Percentiles>
  }
  readonly merged: {
    store(merged: ReadonlyMap<number, Percentiles>): Promise<StoredObject>
    get(): Promise<ReadonlyMap<number, Percentiles>>
  }
}
