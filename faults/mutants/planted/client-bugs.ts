import type { Mutant } from '../mutant.ts';

/** What clients and receivers are told wrongly. */
export const clientBugs: readonly Mutant[] = [
  {
    name: 'accepted-unwritten',
    breaks: '202 is sent before the goal is written',
    edits: [
      {
        file: 'apps/orchestrator/src/flows/goals.ts',
        find: `      failpoint('submit.checked');
`,
        replace: `      setTimeout(() => {
        failpoint('submit.checked');
        void createGoal(intake.ledger, newGoal).then(() => queue.add(goalId, 0, request.options.priority));
      }, 200);
      if (goalId !== '') return acceptedGoal(newGoal, Date.now(), links);
`,
      },
    ],
    scenario: 'unwritten goal',
    caughtBy: ['terminal-state'],
  },
  {
    name: 'stream-resumes-early',
    breaks: 'a stream that goes on begins with the event that was last',
    edits: [
      {
        file: 'packages/shared/src/ledger/event-feed.ts',
        find: 'subscriber, upTo, last: afterId }',
        replace: 'subscriber, upTo, last: String(Math.max(0, Number(afterId) - 1)) }',
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
        find: 'const id = messageId(claimed);',
        replace: 'const id = `${messageId(claimed)}_${now}`;',
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
        find: '    const result = await attemptDelivery(',
        replace: `    await settleMessage(ledger, claimed, 'delivered', { outcome: 'delivered', ms: 0 });
    const result = await attemptDelivery(`,
      },
    ],
    scenario: 'refused webhook',
    caughtBy: ['webhook'],
  },
];
