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
  /** Least and most that one lane submits in a round: they all have to be worked on in the end. */
  readonly goalsOfLane: readonly [least: number, most: number];
}

export const synced: Acknowledging = {
  name: 'appendfsync always',
  redis: { appendOnly: 'always' },
  ack: 'memory',
  syncsLater: false,
  longestRound: 700,
  goalsOfLane: [1, 3],
};

export const confirmed: Acknowledging = {
  name: 'ACK=disk, appendfsync everysec',
  redis: { appendOnly: 'everysec' },
  ack: 'disk',
  syncsLater: true,
  longestRound: 1_500,
  // Each waits for a sync, and some must be answered just before the loss.
  goalsOfLane: [4, 10],
};
