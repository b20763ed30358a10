/**
 * The live page's script, for browsers as they are: asks for the state every second and shows it. All text goes in as
 * text, never as HTML: names come from whoever makes queues and buckets.
 */
export const script = `
'use strict'
const everyMs = 1000
let before

function element(name, className, ...children) {
  const made = document.createElement(name)
  if (className) made.className = className
  made.append(...children)
  return made
}

function show(id, content) {
  document.getElementById(id).replaceChildren(content)
}

// columns: [heading, class, row => text or element]
function table(rows, columns, none) {
  if (rows.length === 0) return element('p', 'none', none)
  const head = element('tr', '', ...columns.map(([heading, className]) => element('th', className, heading)))
  const body = rows.map((row) =>
    element('tr', '', ...columns.map(([, className, cell]) => element('td', className, cell(row)))))
  return element('table', '', element('thead', '', head), element('tbody', '', ...body))
}

function number(value) {
  return value === undefined || value === null ? '–' : value.toLocaleString('en-US')
}

function ms(value) {
  return value === undefined ? '–' : value < 10 ? value.toFixed(2) + ' ms' : number(Math.round(value)) + ' ms'
}

function duration(seconds) {
  if (seconds === undefined || seconds === null) return '–'
  const parts = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]]
  let left = Math.floor(seconds)
  const said = []
  for (const [unit, size] of parts) {
    if (left >= size && said.length < 2) said.push(Math.floor(left / size) + ' ' + unit)
    left %= size
  }
  return said.join(' ') || '0 s'
}

function bytes(value) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit += 1 }
  return (value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)) + ' ' + units[unit]
}

function bar(queue, longest) {
  const made = element('div', 'bar')
  made.title = number(queue.visible) + ' visible, ' + number(queue.in_flight) + ' in flight, ' + number(queue.delayed) + ' delayed'
  for (const [className, count] of [['visible', queue.visible], ['in-flight', queue.in_flight], ['delayed', queue.delayed]]) {
    const part = element('i', className)
    part.style.width = longest === 0 ? '0' : (100 * count) / longest + '%'
    made.append(part)
  }
  return made
}

function queues(state) {
  const sizes = state.queues.map((queue) => queue.visible + queue.in_flight + queue.delayed)
  const longest = Math.max(0, ...sizes)
  const worlds = new Set(state.queues.map(world))
  return table(state.queues, [
    ['Queue', 'name', (queue) => (worlds.size > 1 ? queue.name + ' (' + world(queue) + ')' : queue.name)],
    ['Depth', '', (queue) => bar(queue, longest)],
    ['Visible', 'number', (queue) => number(queue.visible)],
    ['In flight', 'number', (queue) => number(queue.in_flight)],
    ['Delayed', 'number', (queue) => number(queue.delayed)],
    ['Oldest', 'number', (queue) => duration(queue.oldest_seconds)],
    ['Polls waiting', 'number', (queue) => number(queue.waiting)],
    ['Dead letters to', 'name', (queue) => queue.dlq ?? '–'],
  ], 'No queue yet.')
}

function world(row) {
  return row.account_id + ' ' + row.region
}

function requests(state) {
  const seconds = before ? state.uptime_seconds - before.uptime_seconds : 0
  const key = (row) => row.service + ' ' + row.operation
  const last = new Map((before ? before.requests : []).map((row) => [key(row), row.count]))
  const rate = (row) => {
    if (!(seconds > 0)) return '–'
    return number(Math.round(Math.max(0, row.count - (last.get(key(row)) ?? 0)) / seconds))
  }
  const rows = [...state.requests].sort((a, b) => b.count - a.count)
  return table(rows, [
    ['Service', '', (row) => row.service],
    ['Operation', '', (row) => row.operation],
    ['Per second', 'number', rate],
    ['Calls', 'number', (row) => number(row.count)],
    ['Errors', 'number', (row) => (row.errors > 0 ? element('span', 'bad', number(row.errors)) : '0')],
    ['p50', 'number', (row) => ms(row.p50_ms)],
    ['p99', 'number', (row) => ms(row.p99_ms)],
  ], 'No call yet.')
}

function faults(state) {
  if (state.faults === null) return element('p', 'none', 'No fault plan: nothing goes wrong on purpose.')
  const { seed, elapsed_seconds: elapsed } = state.faults
  const when = (fault) => {
    const from = fault.from_seconds ?? 0
    if (elapsed < from) return 'in ' + duration(from - elapsed)
    if (fault.to_seconds === undefined) return 'on'
    return elapsed < fault.to_seconds ? 'on, ' + duration(fault.to_seconds - elapsed) + ' left' : 'over'
  }
  const details = ({ status, delay_ms, jitter_ms, bytes_per_second, limit }) => [
    status === undefined ? '' : 'status ' + status,
    delay_ms === undefined ? '' : delay_ms + (jitter_ms ? '–' + (delay_ms + jitter_ms) : '') + ' ms',
    bytes_per_second === undefined ? '' : bytes(bytes_per_second) + '/s',
    limit === undefined ? '' : 'at most ' + number(limit),
  ].filter(Boolean).join(', ')
  const rows = table(state.faults.faults, [
    ['Fault', '', (fault) => fault.fault],
    ['Of', 'name', (fault) => [fault.service, fault.operation, fault.resource].filter(Boolean).join(' ') || 'all calls'],
    ['', '', details],
    ['Share', 'number', (fault) => (100 * (fault.share ?? 1)).toLocaleString('en-US') + ' %'],
    ['When', '', when],
    ['Matched', 'number', (fault) => number(fault.matched)],
    ['Injected', 'number', (fault) => number(fault.injected)],
  ], 'An empty plan.')
  return element('div', '', element('p', 'none', 'Seed ' + seed + ', put ' + duration(elapsed) + ' ago'), rows)
}

function kept(state) {
  const rows = [['table', state.tables], ['bucket', state.buckets], ['secret', state.secrets]]
    .flatMap(([kind, items]) => items.map((item) => ({ kind, ...item })))
  const about = ({ kind, name, account_id, region, ...others }) =>
    Object.entries(others).map(([what, value]) =>
      what.endsWith('bytes') ? bytes(value) : (value === null ? 'many' : number(value)) + ' ' + what.replaceAll('_', ' ')).join(', ')
  return table(rows, [
    ['Kind', '', (row) => row.kind],
    ['Name', 'name', (row) => row.name],
    ['Holds', '', about],
  ], 'None yet.')
}

function summary(state) {
  const { offset_seconds: offset } = state.clock
  return [
    state.endpoint,
    'up ' + duration(state.uptime_seconds),
    'clock ' + state.clock.now.slice(0, 19).replace('T', ' ') + ' UTC' + (offset ? ', moved ' + duration(offset) + ' ahead' : ''),
    state.aws_like === null ? '' : 'AWS-like, seed ' + state.aws_like.seed,
    bytes(state.memory.rss_bytes) + ' of memory',
    state.data_folder,
  ].filter(Boolean).join(' · ')
}

async function refresh() {
  try {
    const response = await fetch('state', { signal: AbortSignal.timeout(10000) })
    if (!response.ok) throw new Error('status ' + response.status)
    const state = await response.json()
    show('summary', summary(state))
    show('queues', queues(state))
    show('requests', requests(state))
    show('faults', faults(state))
    show('kept', kept(state))
    before = state
    document.getElementById('lost').hidden = true
  } catch (error) {
    console.error(error)
    document.getElementById('lost').hidden = false
  }
  setTimeout(refresh, everyMs)
}
refresh()
`
