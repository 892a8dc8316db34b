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
import type { TraceText } from '../telemetry/trace-carrier.ts';
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

export interface OutboxState {
  /** Messages that are being delivered or wait for another attempt are not due. */
  readonly messages: number;
  readonly due: number;
  /** ms that the oldest has been due; 0 when none is. */
  readonly lagMs: number;
}

export async function readOutboxState(ledger: Ledger): Promise<OutboxState> {
  const reply = (await ledger.run('lookAtOutbox', [ledger.keyspace.outbox], [])) as [number, number, string];
  const [messages, due, lagMs] = reply;
  return { messages, due, lagMs: Number(lagMs) };
}

/** Claims due messages, `most` at the most. */
export async function claimMessages(
  ledger: Ledger,
  most: number,
  heldForMs: number = HELD_FOR,
): Promise<ClaimedMessage[]> {
  const [heldUntil, ...names] = (await ledger.run(
    'claimMessages',
    [ledger.keyspace.outbox],
    [heldForMs, most],
  )) as [string, ...string[]];
  return names.map((name) => {
    const dot = name.lastIndexOf('.');
    return {
      name,
      goalId: name.slice(0, dot),
      run: Number(name.slice(dot + 1)),
      heldUntil: Number(heldUntil),
    };
  });
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
  /** Where in a trace its goal's work belongs. */
  readonly trace?: TraceText | null;
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
    [keys.goal, keys.deliveries, ledger.keyspace.of(goalId).outbox],
    [name, run, heldUntil],
  )) as ['gone' | 'disabled' | 'lost'] | ['held', string, string, string, string, string];
  if (reply[0] !== 'held') return reply[0];
  const [, webhook, message, attempts, elapsedMs, trace] = reply;
  return {
    ...writtenMessageSchema.parse(JSON.parse(message)),
    ...webhookSchema.parse(JSON.parse(webhook)),
    attempts: Number(attempts),
    elapsedMs: Number(elapsedMs),
    trace: trace === '' ? null : trace,
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
    [ledger.goal(goalId).deliveries, ledger.keyspace.of(goalId).outbox],
    [name, run, heldUntil, next, JSON.stringify(attempt), ATTEMPTS_SHOWN, RUNS_SHOWN],
  );
  return reply === 1;
}

/** Lets go of a message that was not tried; it is due again in so many ms. */
export async function postponeMessage(
  ledger: Ledger,
  { goalId, name, heldUntil }: ClaimedMessage,
  againInMs: number,
): Promise<void> {
  await ledger.run('postponeMessage', [ledger.keyspace.of(goalId).outbox], [name, heldUntil, againInMs]);
}
