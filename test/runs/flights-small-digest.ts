/** Of `flights-small` as shipped, seed 1. It changes with every draw or format: raise `generatorVersion` then. */
export const FLIGHTS_SMALL_DIGEST = 'c336996395a3c0e2dce67f197fec0004fbb1d8d78064c0d5d1a4a13b622998e3'
