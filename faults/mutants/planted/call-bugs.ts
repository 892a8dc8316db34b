import type { Edit, Mutant } from '../mutant.ts';

const journalScripts = 'packages/shared/src/ledger/scripts/journal.ts';
const journaledLlm = 'packages/shared/src/model/journaled-llm.ts';

const noAbort: Edit = {
  file: 'packages/shared/src/queue/job-worker.ts',
  find: `    abortWith(lockSignal, 'lock_lost');
    abortWith(lock.signal, 'lock_lost');
`,
  replace: '',
};

/** Calls to the model that are made when they must not be, or not told of. */
export const callBugs: readonly Mutant[] = [
  {
    name: 'journal-late',
    breaks: 'an answer is journaled a while after it was acted on',
    edits: [
      {
        file: journaledLlm,
        find: 'await journal.record(key, { response, ...money });',
        replace: 'setTimeout(() => void journal.record(key, { response, ...money }), 1_000);',
      },
    ],
    scenario: 'answer without an outcome',
    caughtBy: ['repeated-call'],
    quick: true,
  },
  {
    name: 'journal-unread',
    breaks: 'a journaled answer is not used',
    edits: [
      { file: journalScripts, find: `if response then return { 'recorded', response } end\n`, replace: '' },
    ],
    scenario: 'answer without an outcome',
    caughtBy: ['repeated-call'],
    quick: true,
  },
  {
    name: 'sdk-retries',
    breaks: 'the SDK sends calls again behind the journal’s back',
    edits: [
      {
        file: 'packages/shared/src/model/anthropic-client.ts',
        find: 'maxRetries: 0,',
        replace: 'maxRetries: 2,',
      },
    ],
    scenario: 'lost answer',
    caughtBy: ['repeated-call'],
    quick: true,
  },
  {
    name: 'lost-answer-untold',
    breaks: 'an answer that was lost is not counted as possibly repeated',
    edits: [{ file: journaledLlm, find: 'lostCalls += 1;', replace: 'lostCalls += 0;' }],
    scenario: 'lost answer',
    caughtBy: ['repeated-call'],
    quick: true,
  },
  {
    name: 'late-twin-calls',
    breaks: 'a twin that was replaced may begin a call, and nothing aborts it',
    edits: [
      {
        file: journalScripts,
        find: 'if not mayAct(KEYS[1], KEYS[2], ARGV[2], ARGV[3], ARGV[4]) then',
        replace: "if not mayAct(KEYS[1], KEYS[2], '', '', ARGV[4]) then",
      },
      noAbort,
    ],
    scenario: 'late call',
    caughtBy: ['repeated-call'],
  },
  {
    name: 'late-twin-sends-again',
    breaks: 'a twin that was replaced may send a call again, and nothing aborts it',
    edits: [
      {
        file: 'packages/shared/src/ledger/journal.ts',
        find: 'return reply === 1;',
        replace: 'return reply !== null;',
      },
      noAbort,
    ],
    scenario: 'late second try',
    caughtBy: ['repeated-call'],
  },
  {
    name: 'lost-lock-ignored',
    breaks: 'a lost lock does not abort the call made under it',
    edits: [noAbort],
    scenario: 'lost lock',
    caughtBy: ['repeated-call'],
  },
];
