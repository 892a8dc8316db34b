import type { BatonClient, CallOptions } from './api.ts';
import type { Connection } from './connection.ts';
import type { Delivery } from './contract/delivery.ts';
import type { GoalBatchItem } from './contract/goal-batch.ts';
import type { GoalCallPage, GoalCallQuery } from './contract/goal-calls.ts';
import type { GoalListQuery } from './contract/goal-request.ts';
import type { Goal, GoalPage } from './contract/goal.ts';
import { endGoal } from './end-goal.ts';
import { followEvents } from './event-stream.ts';
import { goalPath } from './goal-path.ts';
import { newIdempotencyKey } from './idempotency-key.ts';

/** Of one attempt without waiting, in ms. */
const TIMEOUT = 60_000;

export function goalCalls(connection: Connection): BatonClient['goals'] {
  function read<Reply>(path: string, options?: CallOptions): Promise<Reply> {
    return connection.json({ method: 'GET', path, repeatable: true, options });
  }

  /** Sent twice, it would do more than once: a goal retried again, a feedback given again, another plan than approved. */
  async function act(id: string, action: string, body?: object, options?: CallOptions): Promise<Goal> {
    const path = `${goalPath(id)}/${action}`;
    return connection.json({ method: 'POST', path, body, repeatable: false, options });
  }

  const get = async (id: string, options?: CallOptions): Promise<Goal> => read(goalPath(id), options);
  const list = (query: GoalListQuery = {}, options?: CallOptions): Promise<GoalPage> =>
    read(`goals${searchOf(query)}`, options);
  const stream: BatonClient['goals']['stream'] = (id, options = {}) => followEvents(connection, id, options);

  const calls = async (id: string, query: GoalCallQuery = {}, options?: CallOptions): Promise<GoalCallPage> =>
    read(`${goalPath(id)}/calls${searchOf(query)}`, options);

  return {
    get,
    calls,
    list,
    stream,
    create(request, options = {}) {
      // One by one: what is given may have them from elsewhere, as an AbortController has its signal.
      const {
        idempotencyKey = newIdempotencyKey(),
        waitSeconds,
        timeoutMs,
        signal,
        traceparent,
        tracestate,
      } = options;
      const waits = waitSeconds !== undefined && waitSeconds > 0;
      return connection.json({
        method: 'POST',
        path: 'goals',
        body: request,
        headers: {
          'idempotency-key': idempotencyKey,
          ...(waits && { prefer: `wait=${Math.ceil(waitSeconds)}` }),
        },
        repeatable: true,
        options: {
          signal,
          traceparent,
          tracestate,
          timeoutMs: timeoutMs ?? TIMEOUT + (waits ? waitSeconds * 1_000 : 0),
        },
      });
    },
    async createBatch(requests, options = {}) {
      const { idempotencyKey = newIdempotencyKey() } = options;
      const { items } = await connection.json<{ items: GoalBatchItem[] }>({
        method: 'POST',
        path: 'goals/batch',
        body: { goals: requests },
        headers: { 'idempotency-key': idempotencyKey },
        repeatable: true,
        options,
      });
      return items;
    },
    async *listAll(query = {}, options) {
      let cursor: string | null | undefined = query.cursor;
      do {
        const page: GoalPage = await list({ ...query, cursor }, options);
        yield* page.items;
        cursor = page.nextCursor;
      } while (cursor !== null);
    },
    async *allCalls(id, options) {
      let cursor: string | undefined;
      for (;;) {
        const { items, nextCursor }: GoalCallPage = await calls(id, { cursor }, options);
        yield* items;
        if (nextCursor === null) return;
        cursor = nextCursor;
      }
    },
    cancel: (id, options) =>
      endGoal(connection, { id, action: 'cancel', options, isDone: ({ status }) => status === 'cancelled' }),
    reject: (id, rejection = {}) =>
      endGoal(connection, {
        id,
        action: 'reject',
        body: { reason: rejection.reason },
        options: rejection,
        isDone: ({ status, error }) => status === 'cancelled' && error?.type === 'plan_rejected',
      }),
    retry: (id, options) => act(id, 'retry', undefined, options),
    approve: (id, approval = {}) => act(id, 'approve', { plan: approval.plan }, approval),
    feedback: (id, feedback) => {
      const { score, comment } = feedback;
      return act(id, 'feedback', { score, comment }, feedback);
    },
    async output(id, options = {}) {
      const search = options.rev === undefined ? '' : `?rev=${options.rev}`;
      const path = `${goalPath(id)}/output${search}`;
      return connection.text({ method: 'GET', path, repeatable: true, options });
    },
    async wait(id, options = {}) {
      for (;;) {
        const goal = await get(id, options);
        if (goal.finishedAt !== null) return goal;
        for await (const _ of stream(id, { signal: options.signal }));
      }
    },
    async deliveries(id, options) {
      return (await read<{ items: Delivery[] }>(`${goalPath(id)}/deliveries`, options)).items;
    },
  };
}

function searchOf({ labels = {}, ...query }: GoalListQuery & GoalCallQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  for (const [key, value] of Object.entries(labels)) search.set(`label.${key}`, value);
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
