import type { GoalEvent } from '@baton/shared/contract/event';
import type { Goal, GoalSummary, PlanView } from '@baton/shared/contract/goal';
import type { goalRequestSchema } from '@baton/shared/contract/goal-request';
import type { GoalStatus } from '@baton/shared/contract/goal-status';
import type { WorkerTypeView } from '@baton/shared/contract/worker-type';
import { openConnection, type ConnectionSettings } from './connection.ts';
import { followEvents, type EventOptions } from './event-stream.ts';

type PlannedTask = PlanView['tasks'][number];

/** A plan as a client may send it: all but a task's id, worker and description has a default. */
export interface NewPlan {
  readonly analysis?: string;
  readonly tasks: readonly (Pick<PlannedTask, 'id' | 'worker' | 'description'> & Partial<PlannedTask>)[];
}

/** What `POST /v1/goals` takes; only `goal` is required. */
export type NewGoal = Omit<(typeof goalRequestSchema)['_zod']['input'], 'plan'> & {
  readonly plan?: NewPlan | null;
};

export interface GoalListQuery {
  readonly status?: GoalStatus;
  /** Labels that a goal must all have. */
  readonly labels?: Readonly<Record<string, string>>;
  /** 1 to 100; 20 unless given. */
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface GoalPage {
  /** Newest first. */
  readonly items: readonly GoalSummary[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Every call rejects with a `BatonError` when Baton refuses, a `ConnectionError` when it can't be asked, and the
 * signal's reason when aborted. Nothing but `events` and `wait` is retried.
 */
export interface BatonClient {
  readonly goals: {
    /** Resolves once the goal can not be lost. */
    create(request: NewGoal, options?: CallOptions): Promise<Goal>;
    get(id: string, options?: CallOptions): Promise<Goal>;
    list(query?: GoalListQuery, options?: CallOptions): Promise<GoalPage>;
    /** 409 when the goal has ended. */
    cancel(id: string, options?: CallOptions): Promise<Goal>;
    /** Runs again what failed, was skipped or was cancelled; 409 while the goal goes on, or when it succeeded. */
    retry(id: string, options?: CallOptions): Promise<Goal>;
    /** The answer as markdown; 409 while there is none. */
    output(id: string, options?: CallOptions): Promise<string>;
    /** Events as they happen, across dropped connections; ends after the terminal one of the goal's last run. */
    events(id: string, options?: EventOptions): AsyncGenerator<GoalEvent, void>;
    /** The goal, once it has ended. */
    wait(id: string, options?: CallOptions): Promise<Goal>;
  };
  readonly workerTypes: {
    list(options?: CallOptions): Promise<readonly WorkerTypeView[]>;
  };
}

export function createClient(settings: ConnectionSettings): BatonClient {
  const connection = openConnection(settings);

  function get(id: string, { signal }: CallOptions = {}): Promise<Goal> {
    return connection.json({ method: 'GET', path: goalPath(id), signal });
  }

  function events(id: string, options: EventOptions = {}): AsyncGenerator<GoalEvent, void> {
    return followEvents(connection, id, options);
  }

  return {
    goals: {
      get,
      events,
      create: (request, { signal } = {}) =>
        connection.json({ method: 'POST', path: 'goals', body: request, signal }),
      list: (query = {}, { signal } = {}) =>
        connection.json({ method: 'GET', path: `goals${searchOf(query)}`, signal }),
      cancel: (id, { signal } = {}) =>
        connection.json({ method: 'POST', path: `${goalPath(id)}/cancel`, signal }),
      retry: (id, { signal } = {}) =>
        connection.json({ method: 'POST', path: `${goalPath(id)}/retry`, signal }),
      output: (id, { signal } = {}) =>
        connection.text({ method: 'GET', path: `${goalPath(id)}/output`, accept: 'text/markdown', signal }),
      async wait(id, options = {}) {
        const goal = await get(id, options);
        if (goal.finishedAt !== null) return goal;
        for await (const _ of events(id, options));
        return get(id, options);
      },
    },
    workerTypes: {
      async list({ signal } = {}) {
        const reply = await connection.json<{ items: WorkerTypeView[] }>({
          method: 'GET',
          path: 'worker-types',
          signal,
        });
        return reply.items;
      },
    },
  };
}

function goalPath(id: string): string {
  return `goals/${encodeURIComponent(id)}`;
}

function searchOf({ labels = {}, ...query }: GoalListQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  for (const [key, value] of Object.entries(labels)) search.set(`label.${key}`, value);
  return search.size === 0 ? '' : `?${search.toString()}`;
}
