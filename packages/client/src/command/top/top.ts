import { OK } from '../exit-code.ts';
import { outputOption, urlOption, wholeNumber } from '../flags.ts';
import { writeJson, writeLines } from '../result.ts';
import { subcommand, type AddCommand } from '../subcommand.ts';
import { liveTop } from './live-top.ts';
import { openPoll, type Snapshot } from './poll.ts';
import { endedLately } from './rates.ts';
import { topLines } from './top-lines.ts';

const DEFAULT_SECONDS = 2;
const MOST_SECONDS = 3_600;

/** What a look found, for programs. */
function documentOf(snapshot: Snapshot): object {
  const { at, stats, usage, open, tasks } = snapshot;
  const goals = open.map((goal) => ({ ...goal, tasks: tasks.get(goal.id) ?? null }));
  const { perMinute, failed } = endedLately(snapshot);
  return {
    at: new Date(at).toISOString(),
    stats,
    usage,
    openGoals: goals,
    endedInLastMinute: { goals: perMinute, failed },
  };
}

export const top: AddCommand = (parent, actions) => {
  subcommand(parent, 'top', {
    group: 'The server',
    summary: 'show queues, workers, open goals and spending as they are now, again and again',
    more:
      'Queues and slots are those of the whole fleet; goals and money those of your tenant.\n' +
      'On a terminal q leaves and Tab changes what queues are sorted by; elsewhere, and with --once, one look is printed.',
    examples: ['baton top', 'baton top --interval 10', 'baton top --once -o json'],
  })
    .option(
      '--interval <seconds>',
      `between two looks; ${DEFAULT_SECONDS} unless given`,
      wholeNumber(1, MOST_SECONDS),
    )
    .option('--once', 'print one look and leave')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async (context, { interval, once, output }) => {
        const { client, server, stdout, signal, now } = context;
        const poll = openPoll(client, now);
        const shown = server.base.href.replace(/\/$/, '');
        if (output === 'text' && stdout.isTerminal && once !== true) {
          await liveTop(context, { poll, server: shown, interval: (interval ?? DEFAULT_SECONDS) * 1_000 });
          return OK;
        }
        const snapshot = await poll({ signal });
        if (output === 'json') writeJson(stdout, documentOf(snapshot));
        else {
          const view = {
            snapshot,
            server: shown,
            sortBy: 'load',
            costPerHour: null,
            trouble: null,
            hasKeys: false,
          } as const;
          const screen = { now: now(), width: stdout.columns, height: Infinity, color: stdout.color };
          writeLines(stdout, topLines(view, screen));
        }
        return OK;
      }),
    );
};
