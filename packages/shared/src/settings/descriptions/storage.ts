import type { Descriptions } from './description.ts';

export const storageDescriptions = {
  REDIS_URL: {
    does: 'The Redis that holds everything; `rediss://` for TLS. 6.2 or newer, `maxmemory-policy noeviction`, AOF on. Nodes of a [Cluster](redis.md#cluster) with commas between them.',
    example: 'rediss://user:password@redis.example.com:6380/0',
  },
  REDIS_CLUSTER: {
    does: 'That `REDIS_URL` is one node of a [Cluster](redis.md#cluster); the others are found. Several addresses are a Cluster anyway.',
    example: 'true',
  },
  REDIS_SENTINELS: {
    does: 'The [Sentinels](redis.md#sentinel) that know the primary. `REDIS_URL` then only gives the credentials, the database and TLS.',
    example: 'sentinel-0:26379,sentinel-1:26379,sentinel-2:26379',
  },
  REDIS_SENTINEL_MASTER: {
    does: 'What the Sentinels call the primary; `mymaster` unless given.',
    format: 'a name',
    example: 'baton',
  },
  REDIS_SENTINEL_PASSWORD: {
    does: 'The password of the Sentinels themselves, if they have one.',
    format: 'text',
    example: 'a-long-random-password',
  },
  BATON_PREFIX: {
    does: 'Begins every key. Processes of one prefix are one Baton.',
    format: '1 to 40 letters, digits, `_` or `-`',
    example: 'baton-staging',
  },
  ACK: {
    does: 'What a new goal has survived before it is answered with 202: `memory` Redis has it; `replica` one replica too; `disk` it is in the append-only file (Redis 7.2 or newer). Else 503, and the goal is taken back.',
    example: 'disk',
    readBy: ['api'],
  },
  GOAL_RETENTION: {
    does: 'How long a goal is kept after its end.',
    example: '30d',
    readBy: ['api', 'planner'],
  },
  USAGE_RETENTION: {
    does: 'How long what was used on a day is kept.',
    example: '400d',
  },
} as const satisfies Partial<Descriptions>;
