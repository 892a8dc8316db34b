import { randomUUID } from 'node:crypto';
import type { Goal } from '@baton/shared/contract/goal';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { until } from '../../e2e/until.ts';
import { sendUntilTaken, type KeyedSending } from './keyed-submission.ts';
import type { Action, ClientLog, GoalToSubmit, Sighting, Submission, SubmitAnswer } from './client-log.ts';
import { EventFollower } from './event-follower.ts';
import type { GoalEvent, ListedGoal } from './evidence.ts';

export interface GoalClientOptions {
  /** Addresses of the APIs, taken in turn. */
  readonly urls: readonly string[];
  /** Whether each goal's events are followed from its acceptance on; true unless given. */
  readonly follows?: boolean;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** ms that an answer may take. */
const PATIENCE = 20_000;
const STILL_TRYING = 60_000;
/** Long enough for every fault to be over; no longer for one answer than a client would wait that may ask again. */
const KEYED: KeyedSending = { withinMs: 60_000, patience: () => 2_000 };

/** A backend that uses Baton, trusts nothing and writes everything down. */
export class GoalClient {
  readonly #urls: readonly string[];
  readonly #follows: boolean;
  readonly #submissions: Submission[] = [];
  readonly #actions: Action[] = [];
  readonly #sightings: Sighting[] = [];
  readonly #followers = new Map<string, EventFollower>();
  readonly #texts = new Set<string>();
  #turn = 0;

  constructor({ urls, follows = true }: GoalClientOptions) {
    this.#urls = urls;
    this.#follows = follows;
  }

  /** Sends it once. Throws when an earlier goal had the same text. */
  async submit(request: GoalToSubmit): Promise<SubmitAnswer> {
    this.#refuseSecond(request);
    const sentAt = Date.now();
    const answer = submitAnswer(await this.#send('POST', '/v1/goals', { body: request }));
    return this.#submitted({ request, sentAt, answeredAt: Date.now(), answer });
  }

  /**
   * Sends it with an Idempotency-Key, in `copies` at once, and again whenever no answer came or a 5xx, until each has been
   * taken or `withinMs` are over. Throws when an earlier goal had the same text.
   */
  async submitKeyed(
    request: GoalToSubmit,
    { copies = 1, ...sending }: Partial<KeyedSending> & { readonly copies?: number } = {},
  ): Promise<SubmitAnswer> {
    this.#refuseSecond(request);
    const key = randomUUID();
    const sentAt = Date.now();
    const send = async (patience: number): Promise<SubmitAnswer> =>
      submitAnswer(await this.#send('POST', '/v1/goals', { body: request, key, patience }));
    const all = await Promise.all(
      Array.from({ length: copies }, () => sendUntilTaken(send, { ...KEYED, ...sending })),
    );
    const ends = all.flatMap((answers) => answers.slice(-1));
    const answer = ends.find(({ kind }) => kind !== 'accepted') ?? ends[0];
    if (!answer) throw new RangeError('Nothing was sent.');
    return this.#submitted({ request, sentAt, answeredAt: Date.now(), answer, keyed: all.flat() });
  }

  /** For a goal that is sent in another way: `send` resolves to its id. Throws when an earlier goal had the same text. */
  async noted(request: GoalToSubmit, send: () => Promise<string>): Promise<string> {
    this.#refuseSecond(request);
    const sentAt = Date.now();
    const goalId = await send();
    const answer: SubmitAnswer = { kind: 'accepted', goalId, isReplay: false };
    this.#submitted({ request, sentAt, answeredAt: Date.now(), answer });
    return goalId;
  }

  /** For a goal that nothing keeps from being accepted. */
  async accepted(request: GoalToSubmit): Promise<string> {
    const answer = await this.submit(request);
    if (answer.kind !== 'accepted') throw new Error(`Not accepted: ${JSON.stringify(answer)}`);
    return answer.goalId;
  }

  follow(goalId: string): EventFollower {
    const known = this.#followers.get(goalId);
    if (known) return known;
    const follower = new EventFollower(goalId, () => this.#nextUrl());
    this.#followers.set(goalId, follower);
    return follower;
  }

  /** Sends it once; the status of the answer, or null when none came. */
  cancel(goalId: string): Promise<number | null> {
    return this.#act('cancel', goalId);
  }

  /** Sends it once; the status of the answer, or null when none came. */
  retry(goalId: string): Promise<number | null> {
    return this.#act('retry', goalId);
  }

  /** Waits until the goal's plan awaits approval, and approves it; resolves when an API has said that it runs or has ended. */
  async approve(goalId: string, withinMs: number): Promise<void> {
    await until(
      `${goalId} is approved`,
      async () => {
        const goal = await this.goal(goalId);
        if (goal?.status === 'awaiting_approval') await this.#send('POST', `/v1/goals/${goalId}/approve`);
        return goal === null ||
          goal.startedAt === null ||
          ['planning', 'awaiting_approval'].includes(goal.status)
          ? null
          : goal;
      },
      withinMs,
    );
  }

  /** Tries until an API answers; null when it knows no such goal. */
  async goal(goalId: string): Promise<Goal | null> {
    const { status, text } = await this.#ask(`/v1/goals/${goalId}`);
    if (status !== 200) return null;
    const goal = JSON.parse(text) as Goal;
    this.#sightings.push({ goalId, at: Date.now(), status: goal.status });
    return goal;
  }

  async events(goalId: string): Promise<GoalEvent[]> {
    const { status, text } = await this.#ask(`/v1/goals/${goalId}/events`);
    return status === 200 ? (JSON.parse(text) as { items: GoalEvent[] }).items : [];
  }

  /** Waits for the goal's end; rejects when it takes longer. */
  ended(goalId: string, withinMs: number): Promise<Goal> {
    return until(
      `${goalId} has ended`,
      async () => {
        const goal = await this.goal(goalId);
        return goal !== null && isTerminal(goal.status) ? goal : null;
      },
      withinMs,
    );
  }

  async list(): Promise<ListedGoal[]> {
    const listed: ListedGoal[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { text } = await this.#ask(
        `/v1/goals?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      const page = JSON.parse(text) as {
        items: Pick<Goal, 'id' | 'goal' | 'createdAt'>[];
        nextCursor: string | null;
      };
      listed.push(
        ...page.items.map(({ id, goal, createdAt }) => ({
          goalId: id,
          text: goal,
          createdAt: Date.parse(createdAt),
        })),
      );
      cursor = page.nextCursor;
    }
    return listed;
  }

  /** Ids of the goals that were accepted. */
  get goalIds(): string[] {
    return this.#submissions.flatMap(({ answer }) => (answer.kind === 'accepted' ? [answer.goalId] : []));
  }

  /** True when an unanswered or refused submission may have left a goal. */
  get mayHaveMore(): boolean {
    return this.#submissions.some(({ answer }) => answer.kind !== 'accepted');
  }

  /** Has every reader look once more for events; resolves when they all rest, or were stopped after `withinMs`. */
  async catchUp(withinMs: number): Promise<void> {
    const followers = [...this.#followers.values()];
    for (const follower of followers) follower.resume();
    const timer = setTimeout(() => void Promise.all(followers.map((each) => each.stop())), withinMs);
    await Promise.all(followers.map((each) => each.rests));
    clearTimeout(timer);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#followers.values()].map((each) => each.stop()));
  }

  log(): ClientLog {
    return {
      submissions: [...this.#submissions],
      actions: [...this.#actions],
      sightings: [...this.#sightings],
      readers: [...this.#followers.values()].map(({ goalId, connections }) => ({
        goalId,
        connections: [...connections],
      })),
    };
  }

  #refuseSecond({ goal }: GoalToSubmit): void {
    if (this.#texts.has(goal.trim())) throw new Error(`Two goals of one run have the text ${goal}`);
    this.#texts.add(goal.trim());
  }

  #submitted(submission: Submission): SubmitAnswer {
    const { answer } = submission;
    this.#submissions.push(submission);
    if (answer.kind === 'accepted' && this.#follows) this.follow(answer.goalId);
    return answer;
  }

  async #act(what: Action['what'], goalId: string): Promise<number | null> {
    const sentAt = Date.now();
    const answer = await this.#send('POST', `/v1/goals/${goalId}/${what}`);
    const status = answer instanceof Error ? null : answer.status;
    this.#actions.push({ goalId, what, sentAt, answeredAt: Date.now(), status });
    if (what === 'retry' && (status === null || status < 300)) this.#followers.get(goalId)?.resume();
    return status;
  }

  /** The answer of whichever API is the first to give one that is not 5xx. */
  #ask(path: string): Promise<Answer> {
    return until(
      `an answer to GET ${path}`,
      async () => {
        const answer = await this.#send('GET', path);
        return answer instanceof Error || answer.status >= 500 ? null : answer;
      },
      STILL_TRYING,
    );
  }

  async #send(
    method: string,
    path: string,
    { body, key, patience = PATIENCE }: { body?: unknown; key?: string; patience?: number } = {},
  ): Promise<Answer | Error> {
    try {
      const response = await fetch(`${this.#nextUrl()}${path}`, {
        method,
        signal: AbortSignal.timeout(patience),
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      return error as Error;
    }
  }

  #nextUrl(): string {
    this.#turn += 1;
    return this.#urls[this.#turn % this.#urls.length] ?? '';
  }
}

function submitAnswer(answer: Answer | Error): SubmitAnswer {
  if (answer instanceof Error) {
    const cause = answer.cause instanceof Error ? `: ${answer.cause.message}` : '';
    return { kind: 'unknown', reason: `${answer.message}${cause}` };
  }
  const { status, text } = answer;
  if (status === 202 || status === 200)
    return { kind: 'accepted', goalId: (JSON.parse(text) as Goal).id, isReplay: status === 200 };
  return { kind: 'refused', status, problem: text.slice(0, 500) };
}
