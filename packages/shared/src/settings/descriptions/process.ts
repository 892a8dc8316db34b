import type { Descriptions } from './description.ts';

export const processDescriptions = {
  ROLE: {
    does: 'What an orchestrator process does: serve the API, plan and synthesise, or both.',
    example: 'api',
  },
  HOST: {
    does: 'The address it listens at. The API takes any other than a loopback one only with API keys.',
    format: 'a host name or an address',
    example: '0.0.0.0',
  },
  PORT: {
    does: "The port of the API, and of an orchestrator's `/livez`, `/readyz` and `/metrics`; `0`: any that is free.",
    example: '3000',
  },
  HEALTH_PORT: {
    does: "The port of a worker's `/livez`, `/readyz` and `/metrics`; `0` turns them off.",
    example: '3001',
  },
  PLANNER_CONCURRENCY: {
    does: 'Goals that one process plans at once, and answers that it puts together at once.',
    example: '40',
  },
  LOCK_DURATION: {
    does: 'How long a job belongs to a process that is not heard of. Tasks of a dead worker start again after about this and `STALLED_INTERVAL`.',
    example: '30s',
    readBy: ['planner', 'worker'],
  },
  STALLED_INTERVAL: {
    does: 'How often jobs are looked for whose process has died.',
    example: '5s',
    readBy: ['planner', 'worker'],
  },
  SHUTDOWN_GRACE: {
    does: 'How long a process drains after SIGTERM: calls of models that are under way are waited for and no other is begun; work that needs more goes back to its queue. A call that has not ended by then is cut off, and paid again: longer than `MODEL_TIMEOUT` avoids that.',
    example: '10m',
  },
  LOG_LEVEL: {
    does: 'The least level of log lines that are written: JSON lines on a pipe, pretty on a terminal.',
    example: 'debug',
  },
  FAILPOINT: {
    does: 'For tests: places at which the process dies or stands still ([failpoints](failpoints.md)).',
    format: '`name:n[:kill\\|stop]`, comma-separated',
    example: 'task.call.answered:3:kill',
  },
} as const satisfies Partial<Descriptions>;
