import { Option } from '@commander-js/extra-typings';
import type { GoalSummary } from '../contract/goal.ts';
import type { GoalStatus } from '../contract/goal-status.ts';
import { costText, durationText } from '../progress/quantities.ts';
import { OK } from './exit-code.ts';
import { collectLabels, namesOf, outputOption, urlOption, wholeNumber } from './flags.ts';
import { writeJson, writeLines } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { tableLines } from './table.ts';

const MOST_ON_A_PAGE = 100;

const statuses = namesOf<GoalStatus>({
  accepted: true,
  planning: true,
  awaiting_approval: true,
  running: true,
  synthesizing: true,
  succeeded: true,
  partially_succeeded: true,
  failed: true,
  cancelled: true,
  expired: true,
});

const heading = ['ID', 'STATUS', 'CREATED', 'TOOK', 'COST', 'GOAL'];

function row(
  { id, status, createdAt, finishedAt, usage, goal, simulated }: GoalSummary,
  now: number,
): string[] {
  const began = Date.parse(createdAt);
  const took = durationText((finishedAt === null ? now : Date.parse(finishedAt)) - began);
  return [
    id,
    status,
    `${durationText(now - began)} ago`,
    took,
    simulated ? 'simulated' : costText(usage.costUsd),
    goal,
  ];
}

export const list: AddCommand = (parent, actions) => {
  subcommand(parent, 'list', {
    group: 'Goals',
    summary: 'list goals, newest first',
    examples: ['baton list --status awaiting_approval', 'baton list --label team=growth --limit 100 -o json'],
  })
    .addOption(new Option('--status <status>', 'only goals of this status').choices(statuses))
    .option('--label <key=value>', 'only goals with this label; may be repeated', collectLabels)
    .option(
      '--limit <n>',
      `goals on a page, at most ${MOST_ON_A_PAGE}; 20 unless given`,
      wholeNumber(1, MOST_ON_A_PAGE),
    )
    .option('--cursor <cursor>', 'the page after, as the page before named it')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async ({ client, stdout, stderr, signal, now }, flags) => {
        const { status, label, limit, cursor, output } = flags;
        const query = {
          ...(status !== undefined && { status }),
          ...(label !== undefined && { labels: label }),
          ...(limit !== undefined && { limit }),
          ...(cursor !== undefined && { cursor }),
        };
        const page = await client.goals.list(query, { signal });
        if (output === 'json') {
          writeJson(stdout, page);
          return OK;
        }
        const rows = page.items.map((summary) => row(summary, now()));
        if (rows.length === 0) stderr.write('There are no such goals.\n');
        else writeLines(stdout, tableLines([heading, ...rows], stdout.columns));
        if (page.nextCursor !== null) stderr.write(`There are more: add --cursor ${page.nextCursor}\n`);
        return OK;
      }),
    );
};
