// Digests of runs of `flights-small`. They change with every draw or format: raise `generatorVersion` then.

/** As shipped, seed 1. */
export const FLIGHTS_SMALL_DIGEST = 'c336996395a3c0e2dce67f197fec0004fbb1d8d78064c0d5d1a4a13b622998e3'

/** With seed 2: another one, and the same whenever and beside whatever it runs. */
export const FLIGHTS_SMALL_SEED_2_DIGEST = 'd7c278152f470f26f3ceb3939437c36ff00be83d699523e45b2e14f819eff2ef'

/** With 30 sequences, seed 1: long enough to be killed in. */
export const FLIGHTS_30_DIGEST = 'be6e98680ba92ac1f15381da3608ddb0f96a097973d480e3638e4bce726912a7'
