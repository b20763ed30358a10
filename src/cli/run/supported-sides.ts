/** What `parity-run` compares: for --help, and for whoever asked for something else. */
export const SUPPORTED_SIDES =
  'any two of embedded, localstack and the stages that are not protected, the same twice included; each with +work to have its jobs done by a separate turnaround work'
