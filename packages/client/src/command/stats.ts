import type { Backlog } from '../contract/fleet.ts';
import { durationText } from '../progress/quantities.ts';
import { OK } from './exit-code.ts';
import { outputOption, urlOption } from './flags.ts';
import { writeJson, writeLines } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { tableLines } from './table.ts';

const heading = ['QUEUE', 'WAITING', 'ACTIVE', 'DELAYED', 'OLDEST', 'WORKERS', 'SLOTS', 'WANTED'];

function row(
  name: string,
  { waiting, active, delayed, oldestWaitingMs }: Backlog,
  ...capacity: number[]
): string[] {
  return [
    name,
    String(waiting),
    String(active),
    String(delayed),
    oldestWaitingMs === null ? '-' : durationText(oldestWaitingMs),
    ...capacity.map(String),
  ];
}

export const stats: AddCommand = (parent, actions) => {
  subcommand(parent, 'stats', {
    group: 'The server',
    summary: 'print what waits and what runs, and the capacity for it',
    more:
      'Over all tenants. OLDEST is how long the job that waits longest has been ready to run, WANTED how many slots would be used at once ' +
      'if they were there: no more than there are while the limits of their model hold calls back.',
    examples: ['baton stats', 'baton stats -o json'],
  })
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async ({ client, stdout, signal }, { output }) => {
        const found = await client.stats.get({ signal });
        if (output === 'json') {
          writeJson(stdout, found);
          return OK;
        }
        const rows = found.workerTypes.map((type) =>
          row(type.type, type, type.workers, type.slots, type.slotsWanted),
        );
        const own = [row('(planning)', found.planning), row('(synthesis)', found.synthesis)];
        writeLines(stdout, tableLines([heading, ...rows, ...own], stdout.columns));
        return OK;
      }),
    );
};
