import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../e2e/until.ts';
import type { GoalToSubmit, SubmitAnswer } from '../../evidence/client-log.ts';
import type { GoalClient } from '../../evidence/goal-client.ts';
import type { Random } from '../../fuzz/random.ts';
import type { Lab } from '../../lab/lab.ts';
import { plannedGoal, unplannedGoal } from '../requests.ts';

const LANES = 3;
/** More goals than that are not open at a time. */
const MOST_OPEN = 12;
/** ms between two submissions of a lane, at most. */
const PACE = 400;
/** ms */
const ASKED_WITHIN = 2_000;
/** Goals that the model plans, the others bring their plan. */
const UNPLANNED = 0.3;
const MOST_TASKS = 6;

/** Clients that go on submitting goals whatever happens, and never leave the workers without work. */
export class Load {
  readonly client: GoalClient;
  readonly #lab: Lab;
  readonly #random: Random;
  readonly #name: string;
  readonly #lanes: Promise<void>[] = [];
  #count = 0;
  #isStopping = false;

  constructor(lab: Lab, client: GoalClient, random: Random, name: string) {
    this.#lab = lab;
    this.client = client;
    this.#random = random;
    this.#name = name;
  }

  start(): void {
    for (let lane = 0; lane < LANES; lane += 1) this.#lanes.push(this.#run());
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#lanes);
  }

  /** One goal more, whatever else is under way. */
  submit(): Promise<SubmitAnswer> {
    return this.client.submit(this.#next());
  }

  /** For a goal that is not submitted through the client. */
  request(): GoalToSubmit {
    return this.#next();
  }

  /** Goals that were accepted from `since` on, in ms since the epoch. */
  acceptedSince(since: number): number {
    const { submissions } = this.client.log();
    return submissions.filter(({ answer, answeredAt }) => answer.kind === 'accepted' && answeredAt >= since)
      .length;
  }

  /** Resolves when so many goals were accepted from `since` on. */
  async flows(since: number, goals: number, withinMs: number): Promise<void> {
    await until(`${goals} goals are accepted`, () => this.acceptedSince(since) >= goals, withinMs);
  }

  /** Open goals as Redis knows them; null when it does not say. */
  async open(): Promise<number | null> {
    const { redis, prefix } = this.#lab;
    // A connection that is given up while it reconnects, in a failover, never answers.
    const asked = redis.connection.zcard(`{${prefix}}:open-goals`).catch(() => null);
    return Promise.race([asked, delay(ASKED_WITHIN, null, { ref: false })]);
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const open = await this.open();
      if (open !== null && open < MOST_OPEN && !this.#isStopping) await this.submit();
      await delay(this.#random.int(PACE / 4, PACE));
    }
  }

  #next(): GoalToSubmit {
    this.#count += 1;
    const name = `${this.#name} ${this.#count}`;
    return this.#random.chance(UNPLANNED)
      ? unplannedGoal(this.#random, name)
      : plannedGoal(this.#random, name, this.#random.int(4, MOST_TASKS));
  }
}
