import type { Delivery } from '../contract/delivery.ts';
import { OK } from './exit-code.ts';
import { outputOption, urlOption } from './flags.ts';
import { writeJson, writeLines } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { tableLines } from './table.ts';

const heading = ['ID', 'TYPE', 'AT', 'STATUS', 'ATTEMPTS', 'LAST'];

function lastOf({ attempts, nextAttemptAt }: Delivery): string {
  const last = attempts.at(-1);
  const parts = last ? [last.outcome, last.status === null ? '' : String(last.status), last.error ?? ''] : [];
  const next = nextAttemptAt === null ? '' : `next at ${nextAttemptAt}`;
  return [...parts, next].filter((part) => part !== '').join(' · ');
}

export const deliveries: AddCommand = (parent, actions) => {
  subcommand(parent, 'deliveries', {
    group: 'Goals',
    summary: "list the messages to a goal's webhook, and how they fared",
    examples: ['baton deliveries goal_01h455vb4pex5vsknk084sn02q'],
  })
    .argument('<id>', "the goal's")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async ({ client, stdout, stderr, signal }, id, { output }) => {
        const items = await client.goals.deliveries(id, { signal });
        if (output === 'json') {
          writeJson(stdout, { items });
          return OK;
        }
        const rows = items.map((item) => [
          item.id,
          item.type,
          item.at,
          item.status,
          String(item.attemptCount),
          lastOf(item),
        ]);
        if (rows.length === 0) stderr.write('No webhook was told of this goal.\n');
        else writeLines(stdout, tableLines([heading, ...rows], stdout.columns));
        return OK;
      }),
    );
};
