/**
 * Digests of a tenant's ended goals, the newest goals first.
 *
 * 1. A digest is made once per end of a goal, by whoever first asks for it, and kept with the goal's own keys, for as long as they are.
 *    One that was made of an earlier end of a goal which was retried does not count.
 * 2. What may change while a goal has ended, its feedback, is in no digest.
 * 3. As many goals are looked at, taken in, and read at once as the limits say, whatever a tenant has.
 */
import { isTerminal, type GoalStatus } from '../contract/goal-status.ts';
import type { AnalyticsPeriod } from '../contract/analytics.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readFields, type Fields } from '../ledger/record-fields.ts';
import { digestOfRecord } from './digest-of-record.ts';
import { DIGEST_VERSION, type DigestedGoal, type GoalDigest } from './goal-digest.ts';
import { readRecord } from './read-record.ts';

const DAY = 86_400_000;

export interface DigestLimits {
  /** Goals whose digests are taken in. */
  readonly most: number;
  /** Goals that are looked at, whether they fit the filters or not. */
  readonly mostLookedAt: number;
  /** Goals whose records are read at once. */
  readonly atOnce: number;
}

export interface Digests {
  readonly goals: readonly DigestedGoal[];
  /** There are older goals in the period that were not looked at. */
  readonly hasMore: boolean;
  /** Goals that fit the filters and go on. */
  readonly open: number;
}

/** Goals of one round trip. */
const PAGE = 100;
const listed = ['status', 'tenant', 'recipe', 'labels', 'finishedAt', 'feedbackScores'] as const;

interface ListedGoal {
  readonly goalId: string;
  readonly fields: Fields<(typeof listed)[number]>;
}

function fits({ fields }: ListedGoal, tenant: string, { recipe, labels }: AnalyticsPeriod): boolean {
  if (!fields.status || fields.tenant !== tenant) return false;
  if (recipe !== null && fields.recipe !== recipe) return false;
  const own = JSON.parse(fields.labels ?? '{}') as Record<string, string>;
  return Object.entries(labels).every(([key, value]) => Object.hasOwn(own, key) && own[key] === value);
}

function isOpen({ fields }: ListedGoal): boolean {
  return !isTerminal(fields.status as GoalStatus);
}

/** Without the comments, which may be long. Scores that were given before they were kept by themselves are not told. */
function feedbackOf(scores: string | undefined): DigestedGoal['feedback'] {
  const given = scores === undefined ? [] : (JSON.parse(`[${scores}]`) as [at: number, score: number][]);
  return given.map(([at, score]) => ({ at, score }));
}

/** Null of one that was made by another release, or of an earlier end. */
function readDigest(text: string | null | undefined, { fields }: ListedGoal): GoalDigest | null {
  if (!text) return null;
  const digest = JSON.parse(text) as GoalDigest;
  return digest.version === DIGEST_VERSION && String(digest.finishedAt) === fields.finishedAt ? digest : null;
}

/** Null when the goal was set going again meanwhile, or is gone. */
async function makeDigest(ledger: Ledger, { goalId, fields }: ListedGoal): Promise<GoalDigest | null> {
  const record = await readRecord(ledger, goalId);
  if (!record || record.goal.finishedAt !== fields.finishedAt) return null;
  const digest = digestOfRecord(record);
  const { goal, digest: key } = ledger.goal(goalId);
  const kept = await ledger.run('keepDigest', [goal, key], [fields.finishedAt ?? '', JSON.stringify(digest)]);
  return kept === 1 ? digest : null;
}

async function digestsOf(
  ledger: Ledger,
  goals: readonly ListedGoal[],
  atOnce: number,
): Promise<(GoalDigest | null)[]> {
  const keys = goals.map(({ goalId }) => ledger.goal(goalId).digest);
  const texts = keys.length === 0 ? [] : await ledger.redis.mget(keys);
  const digests = goals.map((goal, index) => readDigest(texts[index], goal));
  const missing = [...digests.keys()].filter((index) => digests[index] === null);
  const makeAll = async (): Promise<void> => {
    for (let index = missing.pop(); index !== undefined; index = missing.pop()) {
      digests[index] = await makeDigest(ledger, goals[index] as ListedGoal);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, missing.length) }, makeAll));
  return digests;
}

/** Rejects with the signal's reason once it is aborted. */
export async function readDigests(
  ledger: Ledger,
  tenant: string,
  period: AnalyticsPeriod,
  { most, mostLookedAt, atOnce }: DigestLimits,
  signal: AbortSignal,
): Promise<Digests> {
  const index = ledger.keyspace.tenantGoals(tenant);
  const before = `(${Date.parse(period.to) + DAY}`;
  const ids = await ledger.redis.zrevrangebyscore(
    index,
    before,
    Date.parse(period.from),
    'LIMIT',
    0,
    mostLookedAt + 1,
  );
  const goals: DigestedGoal[] = [];
  let open = 0;
  for (let at = 0; at < Math.min(ids.length, mostLookedAt); at += PAGE) {
    signal.throwIfAborted();
    const page = ids.slice(at, Math.min(at + PAGE, mostLookedAt));
    const found = await Promise.all(
      page.map(async (goalId) => ({
        goalId,
        fields: await readFields(ledger, ledger.goal(goalId).goal, listed),
      })),
    );
    const fitting = found.filter((goal) => fits(goal, tenant, period));
    const ended = fitting.filter((goal) => !isOpen(goal));
    open += fitting.length - ended.length;
    const digests = await digestsOf(ledger, ended, atOnce);
    for (const [place, { fields }] of ended.entries()) {
      const digest = digests[place];
      if (!digest) continue;
      if (goals.length === most) return { goals, hasMore: true, open };
      goals.push({ digest, recipe: fields.recipe ?? null, feedback: feedbackOf(fields.feedbackScores) });
    }
  }
  return { goals, hasMore: ids.length > mostLookedAt, open };
}
