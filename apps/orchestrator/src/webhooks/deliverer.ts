/**
 * Delivers what the outbox holds, at least once, for as long as this process runs.
 *
 * Invariants:
 * 1. A message is sent only under a claim, and settled under the same one; a process that dies in between only delays it.
 * 2. Claimed is only what is sent soon: at most `MOST_HELD` messages are claimed and not settled.
 * 3. A receiver that is slow holds up its own messages: of one host's at most `MOST_PER_HOST` are being sent.
 * 4. What ends a message is an answer of its receiver, a day of attempts, or the end of its goal's retention; never a fault of ours.
 *    A receiver that answered 410 is told nothing of that goal again.
 * 5. URLs may hold secrets: neither the log nor the ledger's record of an attempt shows more of one than its host.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import type { Ledger } from '@baton/shared/ledger/ledger';
import {
  claimMessages,
  postponeMessage,
  readMessage,
  settleMessage,
  type ClaimedMessage,
  type DeliveryAttempt,
  type Settlement,
  type WebhookMessage,
} from '@baton/shared/ledger/outbox';
import { isRedisFailure } from '@baton/shared/redis/failure';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import { attemptDelivery, type AttemptResult } from './attempt-delivery.ts';
import { nextAttemptIn } from './retry-schedule.ts';
import { limitPerHost } from './host-limit.ts';
import { signMessage } from './signed-message.ts';
import { inWebhookSpan } from './webhook-span.ts';

const MOST_HELD = 512;
const MOST_PER_HOST = 16;
const MOST_WAITING_PER_HOST = 256;
/** What waited for longer than this may be somebody else's before it is settled, in ms. */
const MOST_WAIT = 15_000;
/** What gets no place of its host is due again after this long, in ms. */
const POSTPONED_FOR = 2_000;
/** An idle outbox is looked at this often, in ms. */
const POLL = 250;
/** After a failure of Redis, in ms. */
const RETRY_DELAY = 1_000;
/** When closing, what was aborted has so long to let go, in ms: without Redis it would wait for it. */
const SETTLING_TIME = 1_000;

export interface DelivererDeps {
  readonly ledger: Ledger;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** `whsec_…`, the newest first; none to sign nothing. */
  readonly secrets: readonly string[];
  readonly allowPrivate: boolean;
  readonly onError: (error: Error) => void;
}

export interface WebhookDeliverer {
  /** Claims no more, and gives what is being sent this long to be answered, in ms. */
  close(graceMs: number): Promise<void>;
}

function settlementOf(result: AttemptResult, attempt: number, elapsedMs: number): Settlement {
  if (result.kind === 'delivered') return 'delivered';
  if (result.kind === 'gone') return 'disabled';
  const { retryAfterMs } = result;
  const againInMs = nextAttemptIn({ attempt, elapsedMs, retryAfterMs }, Math.random());
  return againInMs === null ? 'given_up' : { againInMs };
}

function outcomeOf(settlement: Settlement): DeliveryAttempt['outcome'] {
  if (typeof settlement === 'object') return 'failed';
  return settlement === 'delivered' ? 'delivered' : 'given_up';
}

/** What the record of an attempt and the log show of it. */
function shownOf(result: AttemptResult): Pick<DeliveryAttempt, 'status' | 'error'> {
  return {
    ...(result.status !== undefined && { status: result.status }),
    ...(result.kind !== 'delivered' && { error: result.error }),
  };
}

export function startWebhookDeliverer(deps: DelivererDeps): WebhookDeliverer {
  const { ledger, logger, metrics, secrets, allowPrivate, onError } = deps;
  const sending = new Map<Promise<void>, AbortController>();
  const hosts = limitPerHost(MOST_PER_HOST, MOST_WAITING_PER_HOST);
  let closing = false;
  let isOver = false;
  let wake: (() => void) | null = null;

  /** False when the message was put off untried. */
  async function deliver(claimed: ClaimedMessage, signal: AbortSignal): Promise<boolean> {
    const claimedAt = performance.now();
    const message = await readMessage(ledger, claimed);
    if (message === 'disabled') {
      logger.info(
        { goalId: claimed.goalId, run: claimed.run },
        'webhook not told: its receiver wants no more',
      );
    }
    if (typeof message === 'string') return true;
    const release = await hosts.take(new URL(message.url).host);
    try {
      if (release !== null && performance.now() - claimedAt < MOST_WAIT) {
        await send(claimed, message, signal);
        return true;
      }
      await postponeMessage(ledger, claimed, POSTPONED_FOR);
      return false;
    } finally {
      release?.();
    }
  }

  async function send(claimed: ClaimedMessage, message: WebhookMessage, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    const signed = signMessage(claimed, message, Date.now(), secrets);
    const result = await inWebhookSpan(claimed, message, () =>
      attemptDelivery(message.url, signed, { allowPrivate }, signal),
    );
    if (result.status !== undefined) failpoint('webhook.sent');
    const attempt = message.attempts + 1;
    const settlement = settlementOf(result, attempt, message.elapsedMs);
    const outcome = outcomeOf(settlement);
    const shown = shownOf(result);
    await settleMessage(ledger, claimed, settlement, {
      outcome,
      ms: Math.round(performance.now() - startedAt),
      ...shown,
    });
    failpoint('webhook.settled');
    metrics.webhookDeliveries.inc({ outcome });
    const about = {
      goalId: claimed.goalId,
      run: claimed.run,
      host: new URL(message.url).host,
      attempt,
      ...shown,
    };
    if (outcome === 'delivered') logger.debug(about, 'webhook delivered');
    else if (typeof settlement === 'string') logger.warn(about, 'webhook given up');
    else logger.warn({ ...about, ...settlement }, 'webhook not delivered: trying again');
  }

  function start(claimed: ClaimedMessage): void {
    const controller = new AbortController();
    if (isOver) controller.abort();
    const delivery = deliver(claimed, controller.signal)
      .catch((error: unknown) => {
        if (controller.signal.aborted) return false;
        if (isRedisFailure(error)) onError(error);
        else logger.error({ err: error, goalId: claimed.goalId }, 'a webhook message could not be handled');
        return true;
      })
      .then((wasTried) => {
        sending.delete(delivery);
        // What was put off is no reason to look for more: a host's backlog would go round in circles.
        if (wasTried) wake?.();
      });
    sending.set(delivery, controller);
  }

  /** Resolves when a message was tried or the deliverer is closed, and after `ms`. */
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function claimSome(): Promise<void> {
    const free = MOST_HELD - sending.size;
    if (free === 0) return;
    const messages = await claimMessages(ledger, free);
    if (messages.length > 0) failpoint('webhook.claimed');
    for (const message of messages) start(message);
  }

  async function loop(): Promise<void> {
    for (;;) {
      if (closing) break;
      try {
        await claimSome();
        await pause(POLL);
      } catch (error) {
        onError(error as Error);
        await pause(RETRY_DELAY);
      }
    }
    await Promise.all(sending.keys());
  }

  if (secrets.length === 0) logger.warn('WEBHOOK_SECRET is not set: webhooks are sent unsigned');
  const running = loop();

  return {
    async close(graceMs) {
      closing = true;
      hosts.close();
      wake?.();
      await Promise.race([running, sleep(graceMs, undefined, { ref: false })]);
      isOver = true;
      for (const controller of sending.values()) controller.abort();
      await Promise.race([running, sleep(SETTLING_TIME, undefined, { ref: false })]);
    },
  };
}
