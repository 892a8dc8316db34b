import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { UsageDimension, UsageReport } from '../contract/usage-report.ts';
import { costText, countText } from '../progress/quantities.ts';
import { day } from './day-flag.ts';
import { OK } from './exit-code.ts';
import { namesOf, urlOption } from './flags.ts';
import { writeJson, writeLines } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { tableLines } from './table.ts';

const dimensions = namesOf<UsageDimension>({ day: true, model: true, workerType: true });
const headings: Readonly<Record<UsageDimension, string>> = {
  day: 'DAY',
  model: 'MODEL',
  workerType: 'WORKER TYPE',
};

function isDimension(name: string): name is UsageDimension {
  return (dimensions as readonly string[]).includes(name);
}

function dimensionList(text: string): UsageDimension[] {
  const names = text.split(',');
  if (names.every(isDimension) && new Set(names).size === names.length) return names;
  throw new InvalidArgumentError(`Name one or more of ${dimensions.join(', ')}, with commas between them.`);
}

function linesOf({ by, items, total }: UsageReport, columns: number): string[] {
  const heading = [
    ...by.map((dimension) => headings[dimension]),
    'CALLS',
    'IN',
    'OUT',
    'CACHED',
    'SAVED',
    'COST',
  ];
  const row = (names: readonly string[], counted: UsageReport['total']): string[] => [
    ...names,
    String(counted.calls),
    countText(counted.inputTokens + counted.cacheWriteTokens + counted.cacheReadTokens),
    countText(counted.outputTokens),
    countText(counted.cacheReadTokens),
    savedText(counted.savedUsd),
    costText(counted.costUsd),
  ];
  const rows = items.map((item) =>
    row(
      by.map((dimension) => item[dimension] ?? ''),
      item,
    ),
  );
  const sum = row(['total', ...by.slice(1).map(() => '')], total);
  return tableLines([heading, ...rows, sum], columns);
}

function savedText(savedUsd: number | null): string {
  return savedUsd !== null && savedUsd < 0 ? `-${costText(-savedUsd)}` : costText(savedUsd);
}

function budgetText({ today }: UsageReport): string[] {
  if (today === null) return [];
  const { tokens, maxTokens, costUsd, maxCostUsd } = today;
  const parts = [
    maxTokens === null ? [] : [`${countText(tokens)} of ${countText(maxTokens)} tokens`],
    maxCostUsd === null ? [] : [`${costText(costUsd)} of ${costText(maxCostUsd)}`],
  ].flat();
  return [`Spent of the budget of ${today.day} (UTC): ${parts.join(', ')}.`];
}

export const usage: AddCommand = (parent, actions) => {
  subcommand(parent, 'usage', {
    group: 'The server',
    summary: "print what your tenant's calls have used, and what they cost",
    more: 'IN holds cached tokens too. Days are those of UTC; a role of Baton itself begins with a colon.',
    examples: [
      'baton usage',
      'baton usage --by model --from 2026-03-01 --to 2026-03-31',
      'baton usage -o csv > usage.csv',
    ],
  })
    .addOption(new Option('--by <names>', 'day, model, workerType, or some of them').argParser(dimensionList))
    .addOption(
      new Option('--from <day>', 'the first day; 29 days before the last unless given').argParser(day),
    )
    .addOption(new Option('--to <day>', 'the last day; today unless given').argParser(day))
    .addOption(
      new Option('-o, --output <format>', 'how to print the result')
        .choices(['text', 'json', 'csv'])
        .default('text'),
    )
    .addOption(urlOption())
    .action(
      actions.onServer(async ({ client, stdout, stderr, signal }, { by, from, to, output }) => {
        const query = { by, from, to };
        if (output === 'csv') {
          stdout.write(await client.usage.csv(query, { signal }));
          return OK;
        }
        const report = await client.usage.get(query, { signal });
        if (output === 'json') {
          writeJson(stdout, report);
          return OK;
        }
        if (report.items.length === 0) {
          stderr.write(`No calls were answered from ${report.from} to ${report.to} (UTC).\n`);
        } else writeLines(stdout, linesOf(report, stdout.columns));
        for (const line of [...report.warnings, ...budgetText(report)]) stderr.write(`${line}\n`);
        return OK;
      }),
    );
};
