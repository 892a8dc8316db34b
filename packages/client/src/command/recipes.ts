import { OK } from './exit-code.ts';
import { outputOption, urlOption } from './flags.ts';
import { writeJson, writeLines } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { tableLines } from './table.ts';

const heading = ['RECIPE', 'WORKER TYPES', 'DESCRIPTION'];

export const recipes: AddCommand = (parent, actions) => {
  subcommand(parent, 'recipes', {
    group: 'Plans',
    summary: 'list the recipes: presets for kinds of goals',
    examples: ['baton recipes'],
  })
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async ({ client, stdout, stderr, signal }, { output }) => {
        const items = await client.recipes.list({ signal });
        if (output === 'json') {
          writeJson(stdout, { items });
          return OK;
        }
        const rows = items.map(({ name, workerTypes, description }) => [
          name,
          workerTypes?.join(', ') ?? 'all',
          description,
        ]);
        if (rows.length === 0) stderr.write('This server has no recipes.\n');
        else writeLines(stdout, tableLines([heading, ...rows], stdout.columns));
        return OK;
      }),
    );
};
