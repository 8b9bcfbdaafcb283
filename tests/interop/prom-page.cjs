// A backend as real as needed: prom-client with the contract's families, behind /metrics and /metrics/json, and a
// report with a cache. `node page.cjs` prints the port; `node page.cjs plain|openmetrics` prints a page and ends.
// `prom-client` is found through NODE_PATH.
'use strict';

const http = require('node:http');
const prom = require('prom-client');

const mode = process.argv[2];
if (mode === 'openmetrics') prom.register.setContentType(prom.Registry.OPENMETRICS_CONTENT_TYPE);
prom.collectDefaultMetrics();

const counter = (name, labelNames = []) => new prom.Counter({ name, help: `${name}, with \\ and\na new line`, labelNames });
const jobs = counter('queue_jobs_total', ['queue', 'status']);
const attempts = counter('sms_send_attempts_total', ['provider', 'status']);
counter('sms_delivery_success_total', ['provider']);
counter('sms_delivery_failure_total', ['provider']);
counter('webhook_events_total', ['topic', 'status']);
counter('rate_limit_hits_total', ['endpoint']);
const hits = counter('cache_hits_total', ['cache_type']);
const misses = counter('cache_misses_total', ['cache_type']);
const durations = new prom.Histogram({
  name: 'queue_job_duration_seconds',
  help: 'Time a job took',
  labelNames: ['queue', 'status'],
  enableExemplars: mode === 'openmetrics',
});

jobs.inc({ queue: 'events', status: 'completed' }, 3);
jobs.inc({ queue: 'a "b"\\c\n{d}=, # e', status: 'ünï' });
attempts.inc({ provider: 'mitto', status: 'success' });
for (const value of [0.003, 0.2, 70]) {
  const labels = { queue: 'events', status: 'completed' };
  if (mode === 'openmetrics') durations.observe({ labels, value, exemplarLabels: { trace_id: 'a1b2' } });
  else durations.observe(labels, value);
}
const odd = new prom.Gauge({ name: 'odd_values', help: 'Odd', labelNames: ['kind'] });
for (const [kind, value] of Object.entries({ nan: NaN, up: Infinity, down: -Infinity, tiny: 5e-324, huge: 1.7e308 })) {
  odd.set({ kind }, value);
}
const summary = new prom.Summary({ name: 'answer_seconds', help: 'Answers', percentiles: [0.5, 0.99] });
summary.observe(0.1);

if (mode) {
  prom.register.metrics().then((page) => process.stdout.write(page));
} else {
  const cache = new Set();
  const server = http.createServer(async (request, response) => {
    const answer = (status, type, body) => response.writeHead(status, { 'Content-Type': type }).end(body);
    if (request.url === '/metrics') {
      answer(200, prom.register.contentType, await prom.register.metrics());
    } else if (request.url === '/metrics/json') {
      answer(200, 'application/json', JSON.stringify(await prom.register.getMetricsAsJSON()));
    } else if (request.url.startsWith('/reports/')) {
      const hit = cache.has(request.url);
      cache.add(request.url);
      (hit ? hits : misses).inc({ cache_type: 'reports' });
      response.setHeader('X-Cache', hit ? 'HIT' : 'MISS');
      answer(200, 'application/json', '{"ok":true}');
    } else {
      answer(404, 'application/json', '{"error":"not_found"}');
    }
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
}
