// The real LiquidJS with the contract's filters that it lacks.
import { Liquid } from 'liquidjs'
import { createHash } from 'node:crypto'

const empty = (value) => value === undefined || value === null || value === ''

const money = (value, currency = 'USD') =>
  empty(value) ? '' : new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(Number(value))

const titlecase = (value) =>
  empty(value) ? '' : String(value).toLowerCase().replace(/(^|\s)(\S)/gu, (_, space, letter) => space + letter.toUpperCase())

const shortlink = (value) =>
  empty(value) ? '' : `https://sms.example/s/${createHash('sha256').update(String(value)).digest('hex').slice(0, 8)}`

export const engine = (options) => {
  const liquid = new Liquid(options)
  liquid.registerFilter('money', money)
  liquid.registerFilter('titlecase', titlecase)
  liquid.registerFilter('shortlink', shortlink)
  liquid.registerFilter('upper', liquid.filters.upcase)
  liquid.registerFilter('lower', liquid.filters.downcase)
  return liquid
}

// As docs/runbook.md recommends it.
export const recommended = { strictFilters: true, ownPropertyOnly: true, templates: {}, renderLimit: 1000, memoryLimit: 1e6 }
