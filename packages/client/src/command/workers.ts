import { OK } from './exit-code.ts';
import { outputOption, urlOption } from './flags.ts';
import { writeJson, writeLines } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { tableLines } from './table.ts';

const heading = ['TYPE', 'WORKERS', 'SLOTS', 'TIER', 'DESCRIPTION'];

export const workers: AddCommand = (parent, actions) => {
  subcommand(parent, 'workers', {
    group: 'The server',
    summary: 'list the worker types that tasks may name, and what takes them now',
    more: 'WORKERS counts processes, SLOTS the tasks that they can run at once.',
    examples: ['baton workers', 'baton workers -o json'],
  })
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async ({ client, stdout, signal }, { output }) => {
        const items = await client.workerTypes.list({ signal });
        if (output === 'json') {
          writeJson(stdout, { items });
          return OK;
        }
        const rows = items.map(({ type, workers: live, slots, tier, description }) => [
          type,
          String(live),
          String(slots),
          tier,
          description,
        ]);
        writeLines(stdout, tableLines([heading, ...rows], stdout.columns));
        return OK;
      }),
    );
};
