import { iterations, runHttp } from './run-http.ts'

// Started with a low limit of open files: tells how 200 requests at once ended.
const run = await runHttp(process.argv[2], { load: iterations(200, 200), request: { name: 'get', path: '/' } })
process.stdout.write(JSON.stringify(run.outcomes('get')))
