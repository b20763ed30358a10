import { Markup } from './markup.ts'

/**
 * Runs in the reader's browser, so it is plain JavaScript: draws every chart of the page's data with ECharts, in the
 * page's own colours, and again whenever those change (dark mode, printing). Values from documents reach the page only
 * through ECharts' own escaped tooltips and SVG text.
 */
export const SCRIPT = new Markup(String.raw`
(() => {
  'use strict'
  const figures = JSON.parse(document.getElementById('report-data').textContent)
  const root = document.documentElement
  let charts = []

  function draw() {
    const style = getComputedStyle(root)
    const color = (name) => style.getPropertyValue(name).trim()
    const axis = {
      axisLine: { lineStyle: { color: color('--line') } },
      axisTick: { show: false },
      axisLabel: { color: color('--muted'), hideOverlap: true },
      nameTextStyle: { color: color('--muted') },
      splitLine: { lineStyle: { color: color('--line') } },
    }
    const theme = {
      backgroundColor: 'transparent',
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      legend: { textStyle: { color: color('--ink') }, inactiveColor: color('--wait'), pageIconColor: color('--muted'),
        pageTextStyle: { color: color('--muted') }, icon: 'roundRect', itemWidth: 14, itemHeight: 10, itemGap: 16 },
      tooltip: { backgroundColor: color('--card'), borderColor: color('--line'), textStyle: { color: color('--ink') },
        confine: true },
      categoryAxis: { ...axis, splitLine: { show: false } },
      valueAxis: { ...axis, axisLine: { show: false } },
      logAxis: { ...axis, axisLine: { show: false } },
    }
    for (const chart of charts) chart.dispose()
    charts = figures.map(({ id, unit, option }) => {
      const chart = echarts.init(document.getElementById(id + '-chart'), theme, { renderer: 'svg' })
      const valueFormatter = (value) =>
        value == null || !Number.isFinite(Number(value))
          ? '—'
          : Number(value).toLocaleString('en-US', { maximumFractionDigits: 2 }) + (unit && ' ' + unit)
      const colored = JSON.parse(JSON.stringify(option), (_, value) =>
        typeof value === 'string' && /^var\(--\w+\)$/.test(value) ? color(value.slice(4, -1)) : value)
      const formatter = colored.tooltip?.perCell && cellFormatter(option)
      chart.setOption({ animation: false, ...colored, tooltip: { valueFormatter, ...colored.tooltip, formatter } })
      return chart
    })
  }

  /** Of a cell between two axes of names: both of them, and the count. An element, so that names stay text. */
  function cellFormatter({ xAxis, yAxis, series: [{ name }] }) {
    return ({ value: [x, y, count] }) => {
      const text = document.createElement('div')
      text.style.whiteSpace = 'pre-line'
      text.textContent = xAxis.name + ': ' + xAxis.data[x] + '\n' + yAxis.data[y] + ': ' + count.toLocaleString('en-US') + ' ' + name
      return text
    }
  }

  function fit() {
    for (const chart of charts) chart.resize()
  }

  draw()
  addEventListener('resize', fit)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw)
  addEventListener('beforeprint', () => {
    root.dataset.printing = ''
    draw()
  })
  addEventListener('afterprint', () => {
    delete root.dataset.printing
    draw()
  })
})()
`)
