import type { GoalEvent } from '../evidence/evidence.ts';
import { add, goal, keyed, nth, rewrite, shown, without, type Draft } from './changed-evidence.ts';
import { timeOfEvent } from './sound-evidence.ts';
import type { Invariant } from './violation.ts';

function moved(events: readonly GoalEvent[], id: number, to: number): GoalEvent[] {
  const rest = without(events, id);
  return [
    ...rest.slice(0, to - 1),
    ...events.filter((event) => event.id === String(id)),
    ...rest.slice(to - 1),
  ];
}

/** Each: what is broken, words of the message, how. */
export const breaches: [Invariant, string, (draft: Draft) => void][] = [
  [
    'repeated-effect',
    'The call book 1 was carried out 2 times.',
    (draft) => {
      draft.effects = [...draft.effects, { tool: 'book', key: '1' }];
    },
  ],
  [
    'terminal-state',
    'never ended',
    (draft) => {
      const seen = goal(draft);
      if (seen.goal) seen.goal.status = 'running';
      rewrite(draft, seen.events.slice(0, 4));
      draft.deliveries = [];
      draft.client.sightings = [];
      draft.quiet = { reached: false, tookMs: 1, unended: [seen.goalId], lacking: 'open goals' };
    },
  ],
  [
    'terminal-state',
    'knows no such goal',
    (draft) => {
      goal(draft).goal = null;
      draft.deliveries = [];
    },
  ],
  [
    'terminal-state',
    'has 2 terminal events',
    (draft) => {
      const { events } = goal(draft);
      rewrite(draft, [...events, nth(events, -1)]);
      draft.deliveries.push({ ...nth(draft.deliveries, 1), id: 'msg_2' });
    },
  ],
  [
    'terminal-state',
    'its last event is goal.failed',
    (draft) => {
      nth(goal(draft, 1).events, -1).event = 'goal.failed';
      nth(nth(nth(draft.client.readers, 1).connections, 1).events, -1).event = 'goal.failed';
    },
  ],
  [
    'terminal-state',
    'goes on after',
    (draft) => {
      const { events } = goal(draft);
      rewrite(draft, moved(events, 12, 11));
      draft.client.readers.shift();
    },
  ],
  [
    'terminal-state',
    'was seen failed, and',
    (draft) => {
      draft.client.sightings.unshift({ goalId: 'goal_first', at: timeOfEvent(12), status: 'failed' });
    },
  ],
  [
    'terminal-state',
    'retries',
    (draft) => {
      draft.client.actions.push({
        goalId: 'goal_second',
        what: 'retry',
        sentAt: 1,
        answeredAt: 2,
        status: 202,
      });
    },
  ],
  [
    'terminal-state',
    'cancellation was accepted',
    (draft) => {
      draft.client.actions.push({
        goalId: 'goal_first',
        what: 'cancel',
        sentAt: 1,
        answeredAt: 2,
        status: 202,
      });
    },
  ],
  [
    'task-outcome',
    'was succeeded and then succeeded',
    (draft) => {
      const { events } = goal(draft);
      rewrite(draft, [...events.slice(0, 7), nth(events, 6), ...events.slice(7)]);
    },
  ],
  [
    'task-outcome',
    'before a had ended',
    (draft) => {
      rewrite(draft, moved(goal(draft).events, 9, 7));
    },
  ],
  [
    'task-outcome',
    'after it was succeeded',
    (draft) => {
      const { events } = goal(draft);
      rewrite(draft, [...events.slice(0, 7), nth(events, 5), ...events.slice(7)]);
    },
  ],
  [
    'task-outcome',
    'though not so a',
    (draft) => {
      const { events } = goal(draft);
      nth(events, 6).event = 'task.failed';
      nth(shown(draft).tasks, 0).status = 'failed';
      rewrite(draft, events);
    },
  ],
  [
    'task-outcome',
    'Task b is failed',
    (draft) => {
      nth(shown(draft).tasks, 1).status = 'failed';
    },
  ],
  [
    'late-call',
    'after task.succeeded',
    (draft) => {
      add(draft, { task: 'a', at: timeOfEvent(7) + 1, paidAt: null });
    },
  ],
  [
    'late-call',
    'after goal.planned',
    (draft) => {
      add(draft, { role: 'planner', at: timeOfEvent(3) + 1, paidAt: null });
    },
  ],
  [
    'late-call',
    'after goal.succeeded',
    (draft) => {
      add(draft, { role: 'synthesiser', at: timeOfEvent(12) + 1, paidAt: null });
    },
  ],
  [
    'late-call',
    'was refused with 400',
    (draft) => {
      add(draft, { role: 'planner' }, 'The third goal');
    },
  ],
  [
    'repeated-call',
    'where the faults explain 0: goal_first task a',
    (draft) => {
      add(draft, { task: 'a', at: timeOfEvent(6) + 8 });
      shown(draft).usage.possiblyRepeatedCalls = 1;
    },
  ],
  [
    'repeated-call',
    'where the faults explain 0: goal_second task a',
    (draft) => {
      add(draft, { task: 'a', at: timeOfEvent(9) + 8 }, 'The second goal');
      shown(draft, 1).usage.possiblyRepeatedCalls = 1;
    },
  ],
  [
    'repeated-call',
    'it tells of 0',
    (draft) => {
      add(draft, { task: 'a', at: timeOfEvent(6) + 2, fault: 'cut' });
      shown(draft).usage.calls = 5;
    },
  ],
  [
    'repeated-call',
    'It cost 4 calls, and tells of 3',
    (draft) => {
      shown(draft).usage.calls = 3;
    },
  ],
  [
    'repeated-call',
    'has forgotten',
    (draft) => {
      draft.model.forgotten = 1;
    },
  ],
  [
    'webhook',
    'its webhooks told of nothing',
    (draft) => {
      draft.deliveries = [];
    },
  ],
  [
    'webhook',
    'told of goal.succeeded, goal.succeeded',
    (draft) => {
      nth(draft.deliveries, 1).id = 'msg_2';
    },
  ],
  [
    'webhook',
    'said different things',
    (draft) => {
      nth(draft.deliveries, 1).type = 'goal.failed';
      nth(draft.deliveries, 1).body = { data: { id: 'goal_first', status: 'failed' } };
    },
  ],
  [
    'webhook',
    'which nobody submitted',
    (draft) => {
      draft.deliveries.push({
        at: 1,
        id: 'msg_3',
        type: 'goal.failed',
        body: { data: { id: 'goal_x' } },
        answered: 204,
      });
    },
  ],
  [
    'event-stream',
    'event 7 is where 6 is due',
    (draft) => {
      nth(nth(draft.client.readers, 0).connections, 2).events.shift();
    },
  ],
  [
    'event-stream',
    'event 5 is where 6 is due',
    (draft) => {
      nth(nth(draft.client.readers, 0).connections, 2).events.unshift(nth(goal(draft).events, 4));
    },
  ],
  [
    'event-stream',
    'In the list event 3 is where 2 is due',
    (draft) => {
      goal(draft).events.splice(1, 1);
      draft.client.readers.shift();
    },
  ],
  [
    'event-stream',
    'in the list',
    (draft) => {
      nth(nth(draft.client.readers, 0).connections, 0).events[1] = {
        ...nth(goal(draft).events, 1),
        data: { ...nth(goal(draft).events, 1).data, more: 1 },
      };
    },
  ],
  [
    'event-stream',
    'and then no more',
    (draft) => {
      nth(nth(draft.client.readers, 0).connections, 2).events.pop();
    },
  ],
  [
    'event-stream',
    'was answered 400',
    (draft) => {
      nth(nth(draft.client.readers, 0).connections, 1).status = 400;
    },
  ],
  [
    'leftover',
    'jobs of goals that have ended',
    (draft) => {
      draft.ledger.pendingJobs.push({ queue: 'control', jobId: 'goal_first.1.2', state: 'delayed' });
    },
  ],
  [
    'leftover',
    'locks',
    (draft) => {
      draft.ledger.keys.push('{p}:queue:goals:goal_first:lock');
    },
  ],
  [
    'leftover',
    'count as open',
    (draft) => {
      draft.ledger.openGoals.push('goal_first');
    },
  ],
  [
    'leftover',
    'no quiet',
    (draft) => {
      draft.quiet = { reached: false, tookMs: 9, unended: [], lacking: 'webhooks that were not taken' };
    },
  ],
  [
    'leftover',
    'nobody was told of',
    (draft) => {
      draft.ledger.keys.push('{p}:goal:goal_x');
    },
  ],
  [
    'leftover',
    'requests were refused',
    (draft) => {
      draft.listed.push({ goalId: 'goal_third', text: 'The third goal', createdAt: timeOfEvent(1) });
    },
  ],
  [
    'idempotency',
    'name 2 goals',
    (draft) => {
      keyed(draft).push({ kind: 'accepted', goalId: 'goal_x', isReplay: true });
    },
  ],
  [
    'idempotency',
    '2 answers say that they made the goal',
    (draft) => {
      keyed(draft).push({ kind: 'accepted', goalId: 'goal_first', isReplay: false });
    },
  ],
  [
    'idempotency',
    'it has made 2 goals',
    (draft) => {
      draft.listed.push({ goalId: 'goal_x', text: 'The first goal', createdAt: timeOfEvent(1) });
    },
  ],
  [
    'idempotency',
    'no goal of it is listed',
    (draft) => {
      draft.listed = draft.listed.filter(({ goalId }) => goalId !== 'goal_first');
    },
  ],
  [
    'idempotency',
    'the last answer is: 503',
    (draft) => {
      nth(draft.client.submissions, 0).answer = { kind: 'refused', status: 503, problem: '' };
      keyed(draft).splice(2);
    },
  ],
  [
    'success-rate',
    '1 of 2 goals',
    (draft) => {
      const seen = goal(draft, 1);
      shown(draft, 1).status = 'partially_succeeded';
      nth(seen.events, -1).event = 'goal.partially_succeeded';
      nth(nth(nth(draft.client.readers, 1).connections, 1).events, -1).event = 'goal.partially_succeeded';
      draft.client.sightings.pop();
    },
  ],
];
