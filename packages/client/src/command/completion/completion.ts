import { Argument } from '@commander-js/extra-typings';
import { createClient } from '../../client.ts';
import type { GoalSummary } from '../../contract/goal.ts';
import { oneLine } from '../../tree/text-width.ts';
import type { Surroundings } from '../context.ts';
import { addressIn } from '../server-context.ts';
import { OK } from '../exit-code.ts';
import { subcommand, type AddCommand } from '../subcommand.ts';
import { complete, type Candidate } from './candidates.ts';
import { ASK, FILES, scriptFor, shells } from './scripts.ts';

/** Goals of which the ids are offered. */
const LATEST = 20;
/** Somebody has pressed a key and waits: what takes longer than this many ms is left out. */
const PATIENCE = 2_000;

export const completion: AddCommand = (parent, actions) => {
  subcommand(parent, 'completion', {
    group: 'Keys, webhooks, shells',
    summary: 'print a script that completes baton on your command line',
    more: `Commands, flags, their values, and the ids of your latest goals.
For good: put the line for your shell into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish.`,
    examples: [
      'eval "$(baton completion bash)"',
      'eval "$(baton completion zsh)"',
      'baton completion fish | source',
    ],
  })
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .action(
      actions.here(async ({ stdout }, shell) => {
        stdout.write(scriptFor(shell));
        return OK;
      }),
    );

  parent
    .command(ASK, { hidden: true })
    .argument('[words...]')
    .action(
      actions.here(async (context, words) => {
        const { candidates, also } = complete(parent, words);
        const goals = also === 'goals' ? await latestGoals(context, words.at(-1) ?? '') : [];
        for (const { value, description } of [...candidates, ...goals]) {
          context.stdout.write(description === '' ? `${value}\n` : `${value}\t${oneLine(description)}\n`);
        }
        if (also === 'files') context.stdout.write(`${FILES}\n`);
        return OK;
      }),
    );
};

/** Without a server, or without a key that it knows, there are none, and nothing is said of it. */
async function latestGoals({ environment, signal }: Surroundings, typed: string): Promise<Candidate[]> {
  try {
    const client = createClient({ ...addressIn(environment), maxRetries: 0 });
    const either = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    const { items } = await client.goals.list({ limit: LATEST }, { signal: either });
    return items.filter(({ id }) => id.startsWith(typed)).map(toCandidate);
  } catch {
    return [];
  }
}

function toCandidate({ id, status, goal }: GoalSummary): Candidate {
  return { value: id, description: `${status} · ${goal.slice(0, 60)}` };
}
