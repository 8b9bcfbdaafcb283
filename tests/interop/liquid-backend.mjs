// The template routes of the contract on the real LiquidJS. The argument: the triggers as JSON, and whether LiquidJS
// is set up as recommended. Listens on a free loopback port, printed on standard output; ends with standard input.
import http from 'node:http'
import { engine, recommended } from './liquid-engine.mjs'

const { triggers, safe } = JSON.parse(process.argv[2])
const options = safe ? recommended : { strictFilters: true }
const lenient = engine(options)
const strict = engine({ ...options, strictVariables: true })
const required = Object.fromEntries(triggers.map(({ name, required }) => [name, required]))
const optional = ['shop_name', 'currency']
const sample = (name) => (name === 'order_total' ? 128.4 : name.endsWith('_url') ? 'https://shop.example/x?a=1&b=2' : `#${name.length}`)

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const EXTENSION = '^{}\\[~]|€'

const parts = (text) => {
  const characters = [...text]
  const gsm = characters.every((c) => BASIC.includes(c) || EXTENSION.includes(c))
  if (!gsm) return text.length <= 70 ? 1 : Math.ceil(text.length / 67)
  const widths = characters.map((c) => (EXTENSION.includes(c) ? 2 : 1))
  if (widths.reduce((sum, width) => sum + width, 0) <= 160) return 1
  let [count, used] = [1, 0]
  for (const width of widths) {
    if (used + width > 153) [count, used] = [count + 1, 0]
    used += width
  }
  return count
}

const answer = async (request, text) => {
  const [, , route, name] = request.url.split('/')
  if (request.url === '/health') return [200, { ok: true }]
  if (route === 'triggers') return [200, { triggers: Object.keys(required) }]
  if (route === 'variables') {
    if (!required[name]) return [404, { error: 'unknown_trigger' }]
    return [200, { ok: true, trigger: name, variables: [...required[name], ...optional], schema: { required: required[name], optional } }]
  }
  let draft
  try {
    draft = JSON.parse(text)
  } catch {
    return [400, { error: 'invalid_json' }]
  }
  const { trigger, body } = draft
  if (typeof trigger !== 'string' || typeof body !== 'string') return [400, { error: 'missing_fields' }]
  const names = [...required[trigger], ...optional]
  const sampleData = Object.fromEntries(names.map((name) => [name, sample(name)]))
  try {
    const template = lenient.parse(body)
    const used = await lenient.globalVariables(template)
    if (route === 'validate') {
      const warnings = required[trigger].filter((name) => !used.includes(name)).map((name) => `Required variable ${name} is missing`)
      const errors = await strict.parseAndRender(body, sampleData).then(() => [], (error) => [error.message])
      return [200, { ok: errors.length === 0, errors, warnings }]
    }
    const rendered = await lenient.render(template, sampleData)
    const warnings = used.filter((name) => !names.includes(name)).map((name) => `Unknown variable "${name}"`)
    if (parts(rendered) > 1) warnings.push(`Message will be split into ${parts(rendered)} segments`)
    return [200, { ok: true, text: rendered, warnings, trigger, sampleData }]
  } catch (error) {
    if (route === 'validate') return [200, { ok: false, errors: [error.message], warnings: [] }]
    return [422, { error: 'invalid_template', message: error.message }]
  }
}

const server = http.createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  const [status, body] = await answer(request, text)
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.resume().on('end', () => process.exit())
