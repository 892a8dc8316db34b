/** The outbox as an operator sees it: nothing here claims or changes a message. */
import { z } from 'zod';
import type { Ledger } from './ledger.ts';
import { writtenMessageSchema } from './outbox.ts';

/** `due`: to be delivered now. `later`: being delivered, or waiting for the next attempt. */
export type OutboxPart = 'due' | 'later';

export interface OutboxMessage {
  /** `<goal>.<run>`. */
  readonly name: string;
  readonly goalId: string;
  /** Such as `goal.succeeded`; null where the goal is gone. */
  readonly type: string | null;
  /** When the goal ended, in ms since the epoch. */
  readonly at: number | null;
  /** When the next attempt is due, or the one under way is given up for lost, in ms since the epoch. */
  readonly dueAt: number;
  /** Host and port alone: paths and queries of webhooks hold secrets. */
  readonly receiver: string | null;
  readonly attempts: number;
  /** Why the last attempt failed: the receiver's status, or an error. */
  readonly lastError: string | null;
}

const webhookSchema = z.object({ url: z.url() });
const attemptSchema = z.object({ status: z.number().optional(), error: z.string().optional() });

/** Those due the longest, or the soonest, first; `count` of them after the first `from`. @param now ms since the epoch */
export async function listOutbox(
  ledger: Ledger,
  part: OutboxPart,
  now: number,
  from: number,
  count: number,
): Promise<OutboxMessage[]> {
  const { redis, keyspace } = ledger;
  const [least, most] = part === 'due' ? (['-inf', now] as const) : ([`(${now}`, '+inf'] as const);
  const found = await redis.zrangebyscore(keyspace.outbox, least, most, 'WITHSCORES', 'LIMIT', from, count);
  const names = found.filter((_, at) => at % 2 === 0);
  return Promise.all(names.map((name, at) => readMessageView(ledger, name, Number(found[2 * at + 1]))));
}

/** Null when the outbox has no such message. */
export async function findInOutbox(ledger: Ledger, name: string): Promise<OutboxMessage | null> {
  const dueAt = await ledger.redis.zscore(ledger.keyspace.outbox, name);
  return dueAt === null ? null : readMessageView(ledger, name, Number(dueAt));
}

async function readMessageView(ledger: Ledger, name: string, dueAt: number): Promise<OutboxMessage> {
  const dot = name.lastIndexOf('.');
  const [goalId, run] = [name.slice(0, dot), name.slice(dot + 1)];
  const keys = ledger.goal(goalId);
  const [webhook, [message, attempts]] = await Promise.all([
    ledger.redis.hget(keys.goal, 'webhook'),
    ledger.redis.hmget(keys.deliveries, `message:${run}`, `attempts:${run}`),
  ]);
  const last = Number(attempts ?? 0);
  const attempt = last === 0 ? null : await ledger.redis.hget(keys.deliveries, `attempt:${run}:${last}`);
  const said = message ? writtenMessageSchema.parse(JSON.parse(message)) : null;
  return {
    name,
    goalId,
    type: said?.type ?? null,
    at: said?.at ?? null,
    dueAt,
    receiver: webhook ? new URL(webhookSchema.parse(JSON.parse(webhook)).url).host : null,
    attempts: last,
    lastError: attempt ? errorOf(attempt) : null,
  };
}

function errorOf(attempt: string): string {
  const { status, error } = attemptSchema.parse(JSON.parse(attempt));
  return error ?? (status === undefined ? 'failed' : `answered ${status}`);
}
