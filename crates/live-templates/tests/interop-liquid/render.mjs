// Renders templates with the real LiquidJS: a JSON list of { body, engine } on standard input, a JSON list of
// { text } or { error } on standard output. Filters that LiquidJS lacks are those of the contract.
import { Liquid } from 'liquidjs'
import { createHash } from 'node:crypto'

const empty = (value) => value === undefined || value === null || value === ''

const money = (value, currency = 'USD') =>
  empty(value) ? '' : new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(Number(value))

const titlecase = (value) =>
  empty(value) ? '' : String(value).toLowerCase().replace(/(^|\s)(\S)/gu, (_, space, letter) => space + letter.toUpperCase())

const shortlink = (value) =>
  empty(value) ? '' : `https://sms.example/s/${createHash('sha256').update(String(value)).digest('hex').slice(0, 8)}`

const engine = (options) => {
  const liquid = new Liquid(options)
  liquid.registerFilter('money', money)
  liquid.registerFilter('titlecase', titlecase)
  liquid.registerFilter('shortlink', shortlink)
  liquid.registerFilter('upper', liquid.filters.upcase)
  liquid.registerFilter('lower', liquid.filters.downcase)
  return liquid
}

const engines = {
  // As docs/runbook.md recommends it.
  sandboxed: engine({ strictFilters: true, ownPropertyOnly: true, templates: {}, renderLimit: 1000, memoryLimit: 1e6 }),
  strict: engine({ strictFilters: true, strictVariables: true }),
  plain: engine({})
}

let input = ''
for await (const chunk of process.stdin) input += chunk
const answers = []
for (const { body, engine } of JSON.parse(input)) {
  try {
    answers.push({ text: await engines[engine].parseAndRender(body, { customer_name: 'Jane Doe' }) })
  } catch (error) {
    answers.push({ error: String(error.message) })
  }
}
process.stdout.write(JSON.stringify(answers))
