/**
 * The governor that all processes with this Redis share.
 *
 * 1. Whether a call may go is decided by one script, by Redis's clock: what it lets go it has reserved.
 * 2. A call that waits asks again when it is due; one that stops asking loses its place, one that is under way and stops saying so
 *    is given up for lost.
 * 3. Nobody waits here for longer than a job may hold its slot: then its job goes back to its queue, and its place is kept.
 * 4. What can't be told to Redis is dropped: the buckets then hold less than they might.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_DELAY_MS } from '@baton/plan/retry';
import type { Redis } from 'ioredis';
import type { CallEnd } from '../model/call-end.ts';
import { cancelledError, SPEND_LIMIT } from '../model/classify-error.ts';
import type { Admission, Governor, PlannedCall } from '../model/governor.ts';
import { LaterError, ModelError, type RateLimits } from '../model/llm.ts';
import { modelUnavailable } from '../model/model-unavailable.ts';
import type { Keyspace } from '../redis/keyspace.ts';
import { announceModel } from './model-load.ts';
import { governorScripts } from './scripts/governor.ts';
import { limitsWorthTelling } from './told-limits.ts';

/** Per minute, 0 for what is not known. */
export interface LimitSettings {
  readonly MODEL_RPM: number;
  readonly MODEL_ITPM: number;
  readonly MODEL_OTPM: number;
}

/** What a governor has to tell. */
export interface GovernorWatch {
  waited(model: string, ms: number): void;
  /** A call did not go through, or was not made. */
  refused(model: string, cause: Refusal): void;
  paused(model: string, ms: number): void;
  opened(model: string, ms: number): void;
}

export type Refusal = 'rate_limit' | 'overloaded' | 'spend_limit' | 'unavailable' | 'stopped' | 'later';

export interface GovernorTimes {
  /** ms that a call waits in process. */
  readonly mostHere?: number;
  /** ms after which a call under way of which nothing is heard is given up for lost. */
  readonly lease?: number;
}

/** The longest that a job is sent away for at a time, in ms: limits may be raised meanwhile. */
const LONGEST_AWAY = 120_000;
const LEASE = 60_000;
/** A process says so often that it calls a model, in ms. */
const ANNOUNCED_FOR = 3_600_000;

const unsent = { ms: 0, hasTold: false };

type Command = (...args: (string | number)[]) => Promise<unknown>;
type Commands = Readonly<Record<keyof typeof governorScripts, Command>>;

export function redisGovernor(
  redis: Redis,
  keyspace: Keyspace,
  limits: LimitSettings,
  watch: GovernorWatch,
  { mostHere = MAX_DELAY_MS, lease = LEASE }: GovernorTimes = {},
): Governor {
  for (const [name, script] of Object.entries(governorScripts)) redis.defineCommand(name, script);
  const commands = redis as unknown as Commands;
  const told = new Map<string, RateLimits>();
  const announcedAt = new Map<string, number>();

  /** After its state is there: one without is taken for gone. */
  function announce(model: string): void {
    if (performance.now() - (announcedAt.get(model) ?? -Infinity) < ANNOUNCED_FOR) return;
    announcedAt.set(model, performance.now());
    announceModel(redis, keyspace, model).catch(() => announcedAt.delete(model));
  }

  async function admit(call: PlannedCall, signal: AbortSignal): Promise<Admission> {
    const { model } = call;
    const keys = keysOf(keyspace, model);
    const startedAt = performance.now();
    const waited = (): number => performance.now() - startedAt;
    let ticket = '';
    const leave = (place: string): void => {
      if (place !== '') commands.leaveLine(...keys, place).catch(() => undefined);
    };
    for (;;) {
      if (signal.aborted) {
        leave(ticket);
        throw cancelledError({ requestId: null });
      }
      const asked = commands.admitCall(
        ...keys,
        ticket,
        call.urgency,
        call.inputTokens,
        call.mostOutputTokens,
        call.job ?? '',
        Math.max(0, Math.round(mostHere - waited())),
        call.hasFailed ? 1 : 0,
        limits.MODEL_RPM,
        limits.MODEL_ITPM,
        limits.MODEL_OTPM,
        lease,
        LONGEST_AWAY,
      );
      const [kind, first, second, isTold] = (await unlessAborted(asked, signal, (late) => {
        // Nobody is there any more to send what was granted.
        if (late[0] === 'granted') void settle(model, keys, String(late[1]), unsent, { kind: 'unsent' });
        else leave(late[0] === 'wait' ? String(late[1]) : ticket);
      })) as [string, string | number, string | number, number?];
      announce(model);
      if (kind === 'granted') {
        watch.waited(model, waited());
        if (isTold === 0) told.delete(model);
        return admission(model, keys, String(first), Number(second), waited());
      }
      if (kind === 'wait') {
        ticket = String(first);
        await sleep(Number(second), undefined, { signal }).catch(() => undefined);
        continue;
      }
      throw refusalOf(model, kind, first);
    }
  }

  function refusalOf(model: string, kind: string, about: string | number): Error {
    if (kind === 'later') {
      watch.refused(model, 'later');
      const ms = Number(about);
      return new LaterError(`${model} has no room for this call in the next ${Math.ceil(ms / 1_000)} s`, ms);
    }
    if (kind === 'unavailable') {
      watch.refused(model, 'unavailable');
      return modelUnavailable(model, Number(about));
    }
    watch.refused(model, 'stopped');
    return new ModelError(String(about), { failure: { kind: 'terminal' }, type: SPEND_LIMIT });
  }

  function admission(
    model: string,
    keys: readonly string[],
    ticket: string,
    grantedAt: number,
    waitedMs: number,
  ): Admission {
    const sentAt = performance.now();
    let hasTold = false;
    const renewal = setInterval(() => {
      commands.keepCall(...keys, ticket, lease).catch(() => undefined);
    }, lease / 3);
    renewal.unref();
    return {
      waitedMs,
      grantedAt,
      learn(said) {
        hasTold = true;
        if (!limitsWorthTelling(said, told.get(model))) return;
        told.set(model, said);
        const parts = [said.requests, said.inputTokens, said.outputTokens];
        const args = parts.flatMap((part) => [part?.perMinute ?? '', part?.remaining ?? '']);
        commands.learnLimits(...keys, ...args).catch(() => undefined);
      },
      settle(end) {
        clearInterval(renewal);
        return settle(model, keys, ticket, { ms: performance.now() - sentAt, hasTold }, end);
      },
    };
  }

  async function settle(
    model: string,
    keys: readonly string[],
    ticket: string,
    { ms, hasTold }: { readonly ms: number; readonly hasTold: boolean },
    end: CallEnd,
  ): Promise<{ isDown: boolean }> {
    if (end.kind === 'limited') watch.refused(model, 'rate_limit');
    if (end.kind === 'overloaded') watch.refused(model, 'overloaded');
    if (end.kind === 'spent') watch.refused(model, 'spend_limit');
    try {
      const facts = [...argumentsOf(end), Math.round(ms), hasTold ? 1 : 0];
      const reply = await commands.settleCall(...keys, ticket, end.kind, ...facts);
      const [isDown, paused, opened] = reply as [number, number, number];
      if (paused > 0) watch.paused(model, paused);
      if (opened > 0) watch.opened(model, opened);
      return { isDown: isDown === 1 };
    } catch {
      return { isDown: false };
    }
  }

  return Object.freeze({ admit });
}

function argumentsOf(end: CallEnd): (string | number)[] {
  const used = end.kind === 'answered' ? end.usage : null;
  const failed = 'failures' in end ? end : null;
  return [
    (used?.inputTokens ?? 0) + (used?.cacheWriteTokens ?? 0),
    used?.outputTokens ?? 0,
    (end.kind === 'limited' ? end.retryAfterMs : null) ?? '',
    Math.random(),
    failed?.isLost === true ? 1 : 0,
    failed?.failures ?? 0,
    failed?.since ?? 0,
    end.kind === 'spent' ? end.message : '',
  ];
}

function keysOf(keyspace: Keyspace, model: string): string[] {
  return [
    keyspace.modelState(model),
    keyspace.modelWaiting(model),
    keyspace.modelInFlight(model),
    keyspace.modelAway(model),
    keyspace.modelDue(model),
    keyspace.modelPlaces(model),
  ];
}

/** @param onLate given the reply that came when nobody waited for it any more. */
async function unlessAborted(
  reply: Promise<unknown>,
  signal: AbortSignal,
  onLate: (reply: unknown[]) => void,
): Promise<unknown> {
  if (signal.aborted) throw cancelledError({ requestId: null });
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reply.then((late) => onLate(late as unknown[])).catch(() => undefined);
      reject(cancelledError({ requestId: null }));
    };
    signal.addEventListener('abort', abort, { once: true });
    reply.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
