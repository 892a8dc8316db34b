import type { RedisOptions } from '../../lab/lab-redis.ts';

/** What makes a 202 survive a loss of power. */
export interface Acknowledging {
  readonly name: string;
  readonly redis: RedisOptions;
  readonly ack: 'memory' | 'disk';
  /** Redis syncs in the background, so that it must be asked what it has synced; else before it answers. */
  readonly syncsLater: boolean;
  /** ms from a round's first 202 to the loss, at most. */
  readonly longestRound: number;
}

export const synced: Acknowledging = {
  name: 'appendfsync always',
  redis: { appendOnly: 'always' },
  ack: 'memory',
  syncsLater: false,
  longestRound: 700,
};

export const confirmed: Acknowledging = {
  name: 'ACK=disk, appendfsync everysec',
  redis: { appendOnly: 'everysec' },
  ack: 'disk',
  syncsLater: true,
  longestRound: 1_500,
};
