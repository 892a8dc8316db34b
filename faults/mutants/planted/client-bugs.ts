import type { Mutant } from '../mutant.ts';

/** What clients and receivers are told wrongly. */
export const clientBugs: readonly Mutant[] = [
  {
    name: 'accepted-unwritten',
    breaks: '202 is sent before the goal is written',
    edits: [
      {
        file: 'apps/orchestrator/src/flows/submit-goal.ts',
        find: `    failpoint('submit.checked');
`,
        replace: `    setTimeout(() => {
      failpoint('submit.checked');
      void createGoal(intake.ledger, goal).then(() =>
        enqueue(goal, Date.now()),
      );
    }, 200);
    if (goalId !== '') return { kind: 'accepted', goal: acceptedGoal(goal, Date.now(), links) };
`,
      },
    ],
    scenario: 'unwritten goal',
    caughtBy: ['terminal-state'],
  },
  {
    name: 'key-written-later',
    breaks: 'what an Idempotency-Key has made is noted in a step after the goal',
    edits: [
      {
        file: 'packages/shared/src/ledger/scripts/goal-acceptance.ts',
        find: `  redis.call('HSET', KEYS[6], 'goal', ARGV[1], 'body', ARGV[6])
  redis.call('PEXPIRE', KEYS[6], ARGV[7])
`,
        replace: '',
      },
      {
        file: 'apps/orchestrator/src/flows/submit-goal.ts',
        find: `    failpoint('submit.written');
`,
        replace: `    failpoint('submit.written');
    if (goal.idempotency && creation.kind === 'created') {
      const key = intake.ledger.keyspace.idempotency(goal.tenant, goal.idempotency.key);
      await intake.ledger.redis.hset(key, { goal: goalId, body: goal.idempotency.body });
    }
`,
      },
    ],
    scenario: 'resent goal',
    caughtBy: ['idempotency'],
    quick: true,
  },
  {
    name: 'key-checked-before',
    breaks: 'what an Idempotency-Key has made is looked up in a step before the goal is written',
    edits: [
      {
        file: 'packages/shared/src/ledger/scripts/goal-acceptance.ts',
        find: `  if made[1] then
    redis.call('HINCRBY', KEYS[6], 'replays', 1)
    return { 'replayed', made[1] }
  end
`,
        replace: '',
      },
      {
        file: 'packages/shared/src/ledger/goal-acceptance.ts',
        find: `  const ownDeadlineMs =`,
        replace: `  const made = await ledger.redis.hget(idempotencyKey(ledger, newGoal), 'goal');
  if (idempotency && made !== null) return { kind: 'replayed', goalId: made };
  const ownDeadlineMs =`,
      },
    ],
    scenario: 'resent goal',
    caughtBy: ['idempotency'],
  },
  {
    name: 'stream-resumes-early',
    breaks: 'a stream that goes on begins with the event that was last',
    edits: [
      {
        file: 'packages/shared/src/ledger/fan-out.ts',
        find: 'position: after,',
        replace: 'position: Math.max(0, after - 1),',
      },
    ],
    scenario: 'broken stream',
    caughtBy: ['event-stream'],
  },
  {
    name: 'webhook-id-fresh',
    breaks: 'every attempt to deliver a webhook has an id of its own',
    edits: [
      {
        file: 'apps/orchestrator/src/webhooks/signed-message.ts',
        find: 'const id = messageId(claimed.goalId, claimed.run);',
        replace: 'const id = `${messageId(claimed.goalId, claimed.run)}_${now}`;',
      },
    ],
    scenario: 'refused webhook',
    caughtBy: ['webhook'],
  },
  {
    name: 'outbox-emptied-early',
    breaks: 'a webhook leaves the outbox before its receiver has answered',
    edits: [
      {
        file: 'apps/orchestrator/src/webhooks/deliverer.ts',
        find: '    const result = await inWebhookSpan(',
        replace: `    await settleMessage(ledger, claimed, 'delivered', { outcome: 'delivered', ms: 0 });
    const result = await inWebhookSpan(`,
      },
    ],
    scenario: 'refused webhook',
    caughtBy: ['webhook'],
  },
];
