import { Option } from '@commander-js/extra-typings';
import { analyticsLines } from './analytics-lines.ts';
import { day } from './day-flag.ts';
import { OK } from './exit-code.ts';
import { collectLabels, outputOption, urlOption } from './flags.ts';
import { writeJson, writeLines } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';

export const analytics: AddCommand = (parent, actions) => {
  subcommand(parent, 'analytics', {
    group: 'The server',
    summary: 'print how your goals went: tasks, bottleneck, errors, reviews, feedback',
    more: 'Of goals that have ended and are still kept, the newest first. Slots are those of the whole fleet. Days are those of UTC.',
    examples: [
      'baton analytics',
      'baton analytics --from 2026-03-01 --to 2026-03-31 --recipe report --label team=growth',
      'baton analytics -o json',
    ],
  })
    .addOption(
      new Option('--from <day>', 'the first day; 6 days before the last unless given').argParser(day),
    )
    .addOption(new Option('--to <day>', 'the last day; today unless given').argParser(day))
    .option('--recipe <name>', 'only goals of this recipe')
    .option('--label <key=value>', 'only goals with this label; may be repeated', collectLabels)
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async ({ client, stdout, stderr, signal }, flags) => {
        const { from, to, recipe, label, output } = flags;
        const report = await client.analytics.get({ from, to, recipe, labels: label }, { signal });
        if (output === 'json') {
          writeJson(stdout, report);
          return OK;
        }
        if (report.goals.considered === 0) {
          stderr.write(`No goal from ${report.from} to ${report.to} (UTC) has ended and is still kept.\n`);
        }
        writeLines(stdout, analyticsLines(report, stdout.columns));
        for (const line of report.warnings) stderr.write(`${line}\n`);
        return OK;
      }),
    );
};
