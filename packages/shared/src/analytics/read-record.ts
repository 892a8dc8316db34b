import type { Ledger } from '../ledger/ledger.ts';
import { readFields, type Fields } from '../ledger/record-fields.ts';
import {
  digestedFields,
  hasEarlierTroubles,
  troubleEvents,
  type GoalRecord,
  type RecordedEvent,
  type TaskEnd,
} from './goal-record.ts';

/** Events that one script looks at. */
const PAGE = 500;

async function readTroubleEvents(ledger: Ledger, goalId: string): Promise<RecordedEvent[]> {
  const { events } = ledger.goal(goalId);
  const found: RecordedEvent[] = [];
  for (let after = '0-0'; after !== '';) {
    const reply = await ledger.run('pickEvents', [events], [after, PAGE, ...troubleEvents]);
    const [next = '', ...parts] = reply as string[];
    for (let at = 0; at < parts.length; at += 3) {
      const [event = '', time = '', data = '{}'] = parts.slice(at, at + 3);
      found.push({ event, at: Number(time), data: JSON.parse(data) as RecordedEvent['data'] });
    }
    after = next;
  }
  return found;
}

const OUTCOME = 'outcome:';

/** Read as they were written: a thousand goals have tens of thousands of them. */
function endsOf(tasks: Fields): Map<string, TaskEnd> {
  const ends = new Map<string, TaskEnd>();
  for (const [name, text] of Object.entries(tasks)) {
    if (!name.startsWith(OUTCOME) || text === undefined) continue;
    const { status, errors, reviews, metadata } = JSON.parse(text) as Pick<TaskEnd, 'status'> &
      Partial<TaskEnd>;
    const end = { status, errors: errors ?? [], reviews: reviews ?? [], metadata: metadata ?? {} };
    ends.set(name.slice(OUTCOME.length), end);
  }
  return ends;
}

/** A goal and the sub-goals that its tasks were handed on as; null when there is none. A sub-goal that is forgotten is left out. */
export async function readRecord(ledger: Ledger, goalId: string): Promise<GoalRecord | null> {
  const keys = ledger.goal(goalId);
  const [goal, tasks] = await Promise.all([
    readFields(ledger, keys.goal, digestedFields),
    ledger.redis.hgetall(keys.tasks),
  ]);
  if (!goal.status) return null;
  const events = hasEarlierTroubles(goal) ? await readTroubleEvents(ledger, goalId) : [];
  const subGoals = new Map<string, GoalRecord>();
  for (const [name, subGoal] of Object.entries(tasks)) {
    if (!name.startsWith('sub:')) continue;
    const record = await readRecord(ledger, subGoal);
    if (record) subGoals.set(name.slice('sub:'.length), record);
  }
  return { goalId, goal, tasks, ends: endsOf(tasks), events, subGoals };
}
