// Renders templates: a JSON list of { body, engine } on standard input, a JSON list of { text } or { error } on
// standard output.
import { engine, recommended } from './liquid-engine.mjs'

const engines = {
  sandboxed: engine(recommended),
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
