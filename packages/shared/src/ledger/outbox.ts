/**
 * Webhook messages that are still to be delivered, written by the script that ends a goal.
 *
 * Invariants:
 * 1. A message is in the outbox until it was delivered or given up, its receiver wants no more, or its goal is gone; nothing else removes it.
 * 2. A claimed message is nobody else's for `HELD_FOR`; then it is due again, whatever became of the claimer.
 * 3. Whoever lost a message to another claimer can still say that it was delivered or is wanted no more, and decides nothing else about it.
 * 4. Once a receiver wants no more, no message of its goal is read by any claimer again.
 * 5. No verb here makes a key that had expired.
 */
import { z } from 'zod';
import { goalEndedEvent } from '../contract/event.ts';
import { terminalGoalStatuses } from '../contract/goal-status.ts';
import type { Ledger } from './ledger.ts';

/** A claimer has so long to settle a message, in ms: above the longest delivery. */
export const HELD_FOR = 45_000;
/** Of a run's attempts so many are shown, and those of so many runs. */
export const ATTEMPTS_SHOWN = 50;
const RUNS_SHOWN = 16;

export interface ClaimedMessage {
  /** As the outbox has it: `<goal>.<run>`. */
  readonly name: string;
  readonly goalId: string;
  /** Of the goal, counting from 0. */
  readonly run: number;
  /** The claim: ms since the epoch, by Redis's clock. */
  readonly heldUntil: number;
}

export interface Claim {
  readonly messages: readonly ClaimedMessage[];
  /** ms that the oldest message had been due. */
  readonly lagMs: number;
  /** Messages in the outbox, claimed ones and those that wait for another attempt among them. */
  readonly size: number;
}

/** Claims due messages, `most` at the most. */
export async function claimMessages(
  ledger: Ledger,
  most: number,
  heldForMs: number = HELD_FOR,
): Promise<Claim> {
  const [heldUntil, lagMs, size, ...names] = (await ledger.run(
    'claimMessages',
    [ledger.keyspace.outbox],
    [heldForMs, most],
  )) as [string, string, number, ...string[]];
  const messages = names.map((name) => {
    const dot = name.lastIndexOf('.');
    return {
      name,
      goalId: name.slice(0, dot),
      run: Number(name.slice(dot + 1)),
      heldUntil: Number(heldUntil),
    };
  });
  return { messages, lagMs: Number(lagMs), size };
}

const webhookSchema = z.object({ url: z.string() });
/** A message as the script that ends a goal writes it. */
export const writtenMessageSchema = z.object({
  type: z.enum(terminalGoalStatuses.map(goalEndedEvent)),
  status: z.enum(terminalGoalStatuses),
  /** ms since the epoch. */
  at: z.number(),
});

/** What is to be delivered, and where. */
export interface WebhookMessage extends z.infer<typeof writtenMessageSchema> {
  readonly url: string;
  /** Attempts that were recorded. */
  readonly attempts: number;
  /** ms since the first attempt began: 0 for the first. */
  readonly elapsedMs: number;
}

/**
 * What a claimed message says; `gone` when its goal is, and with it the message; `disabled` when its receiver had said that it
 * wants no more, which removes it from the outbox; `lost` when another claimer has it now.
 */
export async function readMessage(
  ledger: Ledger,
  { goalId, name, run, heldUntil }: ClaimedMessage,
): Promise<WebhookMessage | 'gone' | 'disabled' | 'lost'> {
  const keys = ledger.goal(goalId);
  const reply = (await ledger.run(
    'readMessage',
    [keys.goal, keys.deliveries, ledger.keyspace.outbox],
    [name, run, heldUntil],
  )) as ['gone' | 'disabled' | 'lost'] | ['held', string, string, string, string];
  if (reply[0] !== 'held') return reply[0];
  const [, webhook, message, attempts, elapsedMs] = reply;
  return {
    ...writtenMessageSchema.parse(JSON.parse(message)),
    ...webhookSchema.parse(JSON.parse(webhook)),
    attempts: Number(attempts),
    elapsedMs: Number(elapsedMs),
  };
}

/** How an attempt went, as the goal's deliveries show it. */
export interface DeliveryAttempt {
  readonly outcome: 'delivered' | 'failed' | 'given_up';
  /** The receiver's, where it answered. */
  readonly status?: number;
  /** Why it counts as failed. */
  readonly error?: string;
  /** Its duration. */
  readonly ms: number;
}

/** What becomes of a message: it leaves the outbox (`disabled`: and all later ones of its goal too), or is due again in so many ms. */
export type Settlement = 'delivered' | 'given_up' | 'disabled' | { readonly againInMs: number };

/** Records an attempt and what follows from it; false when somebody else had taken the message over. */
export async function settleMessage(
  ledger: Ledger,
  { goalId, name, run, heldUntil }: ClaimedMessage,
  settlement: Settlement,
  attempt: DeliveryAttempt,
): Promise<boolean> {
  const next = typeof settlement === 'string' ? settlement : Math.ceil(settlement.againInMs);
  const reply = await ledger.run(
    'settleMessage',
    [ledger.goal(goalId).deliveries, ledger.keyspace.outbox],
    [name, run, heldUntil, next, JSON.stringify(attempt), ATTEMPTS_SHOWN, RUNS_SHOWN],
  );
  return reply === 1;
}

/** Lets go of a message that was not tried; it is due again in so many ms. */
export async function postponeMessage(
  ledger: Ledger,
  { name, heldUntil }: ClaimedMessage,
  againInMs: number,
): Promise<void> {
  await ledger.run('postponeMessage', [ledger.keyspace.outbox], [name, heldUntil, againInMs]);
}
