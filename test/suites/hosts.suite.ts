import { loadSuite } from './load-suite.ts'

await loadSuite(import.meta.filename)
