// The real BullMQ on the other end of a test: `node bullmq.cjs 5|6 REDIS_URL PREFIX`.
// One JSON request a line on standard input, one JSON answer a line on standard output, in the same order;
// what workers meet is reported in between as {"event": …}. `bullmq` is found through NODE_PATH.
'use strict';

const [major, url, prefix] = process.argv.slice(2);
const { Queue, QueueEvents, Worker } = require(major === '6' ? 'bullmq6' : 'bullmq');

const where = new URL(url);
const connection = {
  host: where.hostname,
  port: Number(where.port || 6379),
  username: where.username || undefined,
  password: decodeURIComponent(where.password) || undefined,
  db: Number(where.pathname.slice(1) || 0),
  maxRetriesPerRequest: null,
};
const options = { connection, prefix };
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

const open = [];
const queues = new Map();
const queue = (name) => {
  if (!queues.has(name)) {
    queues.set(name, new Queue(name, options));
    open.push(queues.get(name));
  }
  return queues.get(name);
};

// Fails when told to, hangs when told to, answers otherwise: what a processor of the backend may do.
const processor = async (job) => {
  say({ event: 'processing', queue: job.queueName, id: job.id, name: job.name, data: job.data });
  if (job.data.fail) throw new Error(job.data.fail);
  if (job.data.hang) await new Promise(() => {});
  return { done: job.data.task ?? null };
};

const actions = {
  // Starts a worker; `name` as in `new Worker(…, { name })`.
  async work({ queue: name, as }) {
    await queue(name).waitUntilReady();
    const worker = new Worker(name, processor, { ...options, name: as, concurrency: 4 });
    open.push(worker);
    worker.on('error', (error) => say({ event: 'error', message: error.message }));
    await worker.waitUntilReady();
  },
  async add({ queue: name, name: jobName, data, opts }) {
    return (await queue(name).add(jobName, data, opts)).id;
  },
  // Adds a job and waits for its end as the backend's own code would.
  async finish({ queue: name, name: jobName, data }) {
    const events = new QueueEvents(name, options);
    open.push(events);
    await events.waitUntilReady();
    const job = await queue(name).add(jobName, data);
    return job.waitUntilFinished(events, 10_000);
  },
  counts: ({ queue: name }) => queue(name).getJobCounts(),
  async state({ queue: name, id }) {
    const job = await queue(name).getJob(id);
    return job ? job.getState() : 'none';
  },
  async job({ queue: name, id }) {
    const job = await queue(name).getJob(id);
    return job ? { name: job.name, data: job.data, returnvalue: job.returnvalue, attemptsMade: job.attemptsMade } : null;
  },
  async remove({ queue: name, id }) {
    return queue(name).remove(id);
  },
  async workers({ queue: name }) {
    return (await queue(name).getWorkers()).length;
  },
  pause: ({ queue: name }) => queue(name).pause(),
  resume: ({ queue: name }) => queue(name).resume(),
  paused: ({ queue: name }) => queue(name).isPaused(),
};

const lines = require('node:readline').createInterface({ input: process.stdin });
let last = Promise.resolve();
lines.on('line', (line) => {
  last = last.then(async () => {
    const request = JSON.parse(line);
    try {
      say({ answer: (await actions[request.do](request)) ?? null });
    } catch (error) {
      say({ error: String(error.stack ?? error) });
    }
  });
});
lines.on('close', () => process.exit(0));
say({ event: 'ready' });
