import { z } from 'zod';
import { deliveryAttemptSchema, type Delivery } from '../contract/delivery.ts';
import type { Ledger } from './ledger.ts';
import { ATTEMPTS_SHOWN, writtenMessageSchema } from './outbox.ts';

/** Of a goal's messages so many are listed: those of its last runs. */
const MESSAGES_SHOWN = 100;

/** A message's `webhook-id`, the same for every attempt. */
export function messageId(goalId: string, run: number): string {
  return `msg_${goalId}_${run}`;
}

/** As `settleMessage` writes it, its time in ms since the epoch. */
const writtenAttemptSchema = z.object({
  at: z.number(),
  outcome: deliveryAttemptSchema.shape.outcome,
  status: z.number().optional(),
  error: z.string().optional(),
  ms: z.number(),
});

const settledSchema = z.enum(['', 'delivered', 'given_up']);

type Row = [
  run: string,
  message: string,
  settled: string,
  dueAt: string,
  attemptCount: string,
  ...attempts: string[],
];

function moment(ms: number): string {
  return new Date(ms).toISOString();
}

function attemptOf(json: string): Delivery['attempts'][number] {
  const { at, outcome, status, error, ms } = writtenAttemptSchema.parse(JSON.parse(json));
  return { at: moment(at), outcome, status: status ?? null, error: error ?? null, ms };
}

function deliveryOf(goalId: string, isDisabled: boolean, row: Row): Delivery {
  const [run, message, settledText, dueAt, attemptCount, ...attempts] = row;
  const { type, at } = writtenMessageSchema.parse(JSON.parse(message));
  const settled = settledSchema.parse(settledText);
  const status = settled === '' ? (isDisabled ? 'disabled' : 'pending') : settled;
  return {
    id: messageId(goalId, Number(run)),
    type,
    at: moment(at),
    status,
    nextAttemptAt: status === 'pending' && dueAt !== '' ? moment(Number(dueAt)) : null,
    attemptCount: Number(attemptCount),
    attempts: attempts.map(attemptOf),
  };
}

/**
 * What a goal's webhook was told and is still to be told, the oldest message first; the last 100 of them. Empty without a
 * webhook and before the goal's first end. Null when there is no such goal or it is another tenant's.
 */
export async function readDeliveries(
  ledger: Ledger,
  goalId: string,
  tenant: string,
): Promise<Delivery[] | null> {
  const keys = ledger.goal(goalId);
  const reply = (await ledger.run(
    'readDeliveries',
    [keys.goal, keys.deliveries, ledger.keyspace.of(goalId).outbox],
    [goalId, ATTEMPTS_SHOWN, MESSAGES_SHOWN],
  )) as [tenant: string, disabledAt: string, ...rows: Row[]] | null;
  if (reply === null || reply[0] !== tenant) return null;
  const [, disabledAt, ...rows] = reply;
  return rows.map((row) => deliveryOf(goalId, disabledAt !== '', row));
}
