import type { Descriptions } from './description.ts';

export const workerDescriptions = {
  WORKER_TYPES: {
    does: 'The worker types whose tasks this process takes; all that it knows unless given.',
    format: 'names, comma-separated',
    example: 'researcher,writer',
  },
  WORKER_CONCURRENCY: {
    does: 'Slots: tasks of each worker type that the process runs at once.',
    example: '16',
  },
  BATON_WORKERS: {
    does: 'Worker types of your own.',
    format: 'a module or a YAML file',
    example: './geocoder.mjs',
  },
  BATON_TOOLS: {
    does: "[Tools](models.md#tools) for workers' models, and who may use which.",
    format: 'a YAML or JSON file',
    example: '/etc/baton/tools.yaml',
  },
} as const satisfies Partial<Descriptions>;
