import type { GoalStatus } from '../contract/goal-status.ts';
import type { GoalSummary } from '../contract/goal.ts';
import { readSummaries, type GoalLinks } from './goal-view.ts';
import type { Ledger } from './ledger.ts';

/** Goals read from Redis for one page at the most, so that a filter that matches nothing stays cheap. */
const SCAN_LIMIT = 2_000;
const SCAN_PAGE = 100;

/** The place after which a page starts: the last goal seen. */
export interface Place {
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly goalId: string;
}

export interface GoalQuery {
  readonly tenant: string;
  readonly status: GoalStatus | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly limit: number;
  readonly after: Place | null;
}

export interface GoalPage {
  readonly items: readonly GoalSummary[];
  /** Where the next page starts, or null at the end. */
  readonly next: Place | null;
}

function matches(goal: GoalSummary, query: GoalQuery): boolean {
  if (query.status !== null && goal.status !== query.status) return false;
  return Object.entries(query.labels).every(([key, value]) => goal.labels[key] === value);
}

async function placesAfter(ledger: Ledger, tenant: string, after: Place | null): Promise<Place[]> {
  const key = ledger.keyspace.tenantGoals(tenant);
  const from = after ? after.createdAt : '+inf';
  const places: Place[] = [];
  for (let offset = 0; places.length === 0; offset += SCAN_PAGE) {
    const page = await ledger.redis.zrevrangebyscore(
      key,
      from,
      '-inf',
      'WITHSCORES',
      'LIMIT',
      offset,
      SCAN_PAGE,
    );
    if (page.length === 0) break;
    for (let index = 0; index < page.length; index += 2) {
      const place = { goalId: page[index] as string, createdAt: Number(page[index + 1]) };
      const isPast = after && place.createdAt === after.createdAt && place.goalId >= after.goalId;
      if (!isPast) places.push(place);
    }
  }
  return places;
}

/** A tenant's goals, newest first. Goals whose retention is over leave the index here. */
export async function listGoals(ledger: Ledger, query: GoalQuery, links: GoalLinks): Promise<GoalPage> {
  const items: GoalSummary[] = [];
  let after = query.after;
  for (let scanned = 0; scanned < SCAN_LIMIT;) {
    const places = await placesAfter(ledger, query.tenant, after);
    if (places.length === 0) return { items, next: null };
    const ids = places.map(({ goalId }) => goalId);
    const found = new Map((await readSummaries(ledger, ids, links)).map((goal) => [goal.id, goal]));
    const gone = ids.filter((id) => !found.has(id));
    if (gone.length > 0) await ledger.redis.zrem(ledger.keyspace.tenantGoals(query.tenant), ...gone);
    for (const place of places) {
      const goal = found.get(place.goalId);
      if (goal && matches(goal, query)) {
        if (items.length === query.limit) return { items, next: after };
        items.push(goal);
      }
      after = place;
      scanned += 1;
    }
  }
  return { items, next: after };
}
